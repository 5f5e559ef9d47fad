"""How a story is played, for its author: sums of ten people and more, and nobody in particular."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, DataUse, User
from characters.discretion import Figure
from chat.models import EndingMet, PlayEntry, Rating
from chat.selectors.story_figures import StoryFigures, figures_of
from chat.services.plays.starting import start_play
from stories.models import Story
from tests.chat.plays.stage import small_story
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory()


def played(story: Story, count: int, *, ending: str = "", good: bool | None = None) -> list[User]:
    """By so many people: they rest in the tower, or at an ending, and think so of a reply."""
    people: list[User] = [UserFactory() for _each in range(count)]
    for user in people:
        talk = start_play(user=user, version=story.published)
        if ending:
            EndingMet.objects.create(user=user, story=story, ending=ending, conversation=talk)
            entry = PlayEntry.objects.get(play=talk.play)
            entry.state = entry.state.replace('"ending":""', f'"ending":"{ending}"')
            entry.save()
        if good is not None:
            row = {"user": user, "message_id": talk.head_id, "conversation": talk, "good": good}
            Rating.objects.create(**row, rated_at=timezone.now())
    return people


def in_a_week(story: Story) -> StoryFigures:
    """What happened just now is counted when the next week has begun."""
    return figures_of(story, "en", today=timezone.now().date() + timedelta(days=8))


def percents(parts) -> dict[str, int | None]:
    return {part.name: part.percent for part in parts}


def test_an_author_sees_how_it_ends_and_where_players_leave(client: Client, alice: User):
    story = small_story(alice)
    played(story, 12, ending="dawn", good=True)
    played(story, 13)
    start_play(user=alice, version=story.published)
    found = in_a_week(story)
    assert (found.plays, found.players) == (Figure(25), Figure(25))
    assert percents(found.endings) == {"dawn": 48, "sea": 0, "dark": 0}
    assert percents(found.left) == {"tower": 52, "boat": 0}
    assert (found.good, found.ratings) == (100, Figure(12))
    assert figures_of(story, "en").empty  # nothing of this week
    client.force_login(alice)
    assert "Nobody has come yet" in client.get(reverse("story-figures", args=[story.pk])).content.decode()
    assert client.get(f"/api/v1/stories/{story.pk}/statistics/").json()["plays"]["value"] == 0
    client.force_login(UserFactory())
    assert client.get(reverse("story-figures", args=[story.pk])).status_code == 404


def test_fewer_than_ten_are_hidden_and_so_is_what_would_give_them_away(alice: User):
    story = small_story(alice)
    played(story, 9, ending="dawn", good=True)
    few = in_a_week(story)
    assert few.few
    assert (few.endings, few.left, few.good) == ([], [], None)
    played(story, 20, ending="sea", good=True)
    played(story, 3, ending="dark", good=False)
    found = in_a_week(story)
    # Whoever knows all but one share knows that one: the smallest that could be told is not.
    assert percents(found.endings) == {"dawn": None, "sea": None, "dark": None}
    assert found.good is None


def test_who_does_not_want_to_be_counted_is_not(alice: User):
    story = small_story(alice)
    for user in played(story, 12):
        Consent.objects.create(user=user, purpose=DataUse.ANALYTICS, given=False, version=1, language="en")
    assert in_a_week(story).empty
