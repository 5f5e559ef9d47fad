"""What the page of a play shows, and to whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters import selectors as characters
from chat.models import Conversation, EndingMet, Feedback, PlayEntry
from chat.selectors.plays import feedback_on, staged_at
from chat.selectors.stage import compared, stage_page
from chat.services.plays.feedback import give_feedback
from stories.models import StoryVersion
from stories.selectors import get_version, shown_version
from stories.services import create_story
from stories.services.shelf import delete_story
from tests.chat.plays.stage import begun, did, small_story
from tests.factories import UserFactory
from tests.stories.conftest import SMALL

MARK = "{name: {en: Calm, zh-hans: 静}, good: {en: A breath first., zh-hans: 先喘口气。}}"
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def talk(alice: User) -> Conversation:
    return begun(alice, small_story(alice))


def test_a_story_is_begun_from_its_page_also_by_a_guest(client: Client, alice: User):
    story = small_story(alice)
    answer = client.post(reverse("story-play", args=[story.pk]), {"language": "zh-hans"})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    shown = page.content.decode()
    assert "跪下" in shown
    assert "看不见礁石" in shown
    assert page.context["stage"].play.language == "zh-hans"
    story.refresh_from_db()
    assert story.plays == 1


def test_who_plays_a_version_keeps_it_after_the_story_is_gone(alice: User):
    bob, story = UserFactory(), small_story(alice)
    version, stranger = shown_version(story), UserFactory()
    begun(bob, story)
    story.refresh_from_db()
    assert story.plays == 1
    delete_story(story=story)
    assert get_version(user=bob, version_id=version.pk) == version
    played = version.cast_versions("en")["mira"]
    assert characters.get_version(user=bob, version_id=played.pk) == played
    for nobody in (stranger, AnonymousUser()):
        with pytest.raises(StoryVersion.DoesNotExist):
            get_version(user=nobody, version_id=version.pk)


def test_choices_have_buttons_and_what_is_locked_says_what_it_takes(client: Client, alice: User, talk: Conversation):
    client.force_login(alice)
    shown = client.get(reverse("talk", args=[talk.pk])).content.decode()
    assert 'data-verb="custom" data-target="kneel"' in shown
    assert 'data-verb="go" data-target="cellar"' in shown
    assert 'data-target="wait"' not in shown


def test_the_album_keeps_an_ending_and_hides_the_others(alice: User, talk: Conversation):
    EndingMet.objects.create(user=alice, story=talk.play.version.story, ending="sea", conversation=talk)
    album = {page.name: (page.title, page.times) for page in stage_page(alice, talk.play).album}
    assert album == {"dawn": ("", 0), "sea": ("The sea", 1), "dark": ("", 0)}


def test_an_earlier_place_stands_as_it_stood_and_two_ways_are_compared(alice: User, talk: Conversation):
    start = talk.head_id
    assert start is not None
    one = did(talk, "take", "lamp", after=start)
    other = did(talk, "use", "", "bell", after=start)
    assert [thing.name for thing in stage_page(alice, talk.play, one).view.carried] == ["lamp"]
    assert stage_page(alice, talk.play, start).view.carried == ()
    first, second = compared(talk.play, one, other)
    assert [note.kind for moment in first.moments for note in moment.notes] == ["gained"]
    assert [number.value for number in second.view.numbers] == [5]
    assert {branch.message_id for branch in stage_page(alice, talk.play).branches} == {one, other}


def test_nobody_else_sees_it(client: Client, talk: Conversation):
    client.force_login(UserFactory())
    head = talk.head_id
    for path in (reverse("play-stage", args=[talk.pk]), reverse("play-compare", args=[talk.pk])):
        assert client.get(path, {"one": head, "other": head}).status_code == 404


def test_reading_it_costs_as_much_after_many_actions(alice: User, talk: Conversation, django_assert_max_num_queries):
    leaf = talk.head_id
    for _round in range(12):
        leaf = did(talk, "inspect", "mira", after=leaf)
    assert PlayEntry.objects.filter(play=talk.play).count() == 13
    with django_assert_max_num_queries(6):
        assert len(stage_page(alice, talk.play).moments) == 13


def test_feedback_on_a_practice_story_stands_below_its_ending(alice: User, standin):
    story = create_story(owner=alice, source=f"{SMALL}kind: practice\nrubric:\n  calm: {MARK}\n")
    talk = begun(alice, story)
    assert talk.head_id is not None
    row = Feedback.objects.create(play=talk.play, message_id=talk.head_id)
    give_feedback(row.pk)
    staged = staged_at(talk.play, talk.head_id)
    staged.state.ending = "dawn"
    state, [mark] = feedback_on(talk.play, staged)
    assert state == "done"
    assert (mark.name, mark.good) == ("Calm", "A breath first.")
    assert mark.reached in ("yes", "partly", "no")
    assert mark.note
    row.refresh_from_db()
    assert mark.note.encode() not in bytes(row.body)
