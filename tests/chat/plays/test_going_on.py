"""A play over time: a place to come back to, other choices, the album, and who plays on as whom."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.blocks import block
from accounts.guests import adopt
from accounts.models import User
from accounts.people import create_guest
from chat.models import Conversation, EndingMet, Message
from chat.selectors.checkpoints import checkpoints_of
from chat.selectors.plays import album, play_shown
from chat.selectors.stage import stage_page
from chat.services.checkpoints import name_place
from chat.services.edits import select_alternative
from chat.services.rooms.errors import InvitationOver
from chat.services.rooms.people import remove_person
from stories.books import book_of
from stories.selectors import shown_version
from stories.services.publishing import ask_to_publish
from tests.chat.plays.stage import begun, did, small_story
from tests.chat.rooms.stage import said, seated
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SEA = (("use", "", "bell"), ("take", "lamp"), ("give", "mira", "lamp"), ("choose", "row"), ("choose", "on"))


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def talk(alice: User) -> Conversation:
    return begun(alice, small_story(alice))


def led(talk: Conversation, *actions: tuple[str, ...]) -> UUID:
    """The line at which the last of them happened; the talk goes on there."""
    for action in actions:
        assert talk.head_id is not None
        Conversation.objects.filter(pk=talk.pk).update(head_id=did(talk, *action, after=talk.head_id))
        talk.refresh_from_db()
    assert talk.head_id is not None
    return talk.head_id


def test_a_save_point_brings_the_world_back_and_the_first_way_stays(alice: User, talk: Conversation) -> None:
    saved = led(talk, ("take", "lamp"))
    name_place(user=alice, conversation_id=talk.pk, message_id=saved, name="With the lamp")
    lost = led(talk, ("give", "mira", "lamp"))
    assert [thing.name for thing in play_shown(talk.play, lost).view.carried] == []
    [place] = checkpoints_of(user=alice, conversation_id=talk.pk)
    assert (place.name, place.message_id) == ("With the lamp", saved)
    assert [thing.name for thing in stage_page(alice, talk.play, place.message_id).view.carried] == ["lamp"]
    # Whoever acts there goes on from there; and back on the first way all is as it was.
    elsewhere = did(talk, "go", "cellar", after=saved)
    assert play_shown(talk.play, elsewhere).view.place == "the cellar"
    select_alternative(user=alice, conversation_id=talk.pk, message_id=lost)
    talk.refresh_from_db()
    assert play_shown(talk.play, talk.head_id).view.carried == ()


def test_two_ways_are_told_side_by_side_from_where_they_part(client: Client, alice: User, talk: Conversation) -> None:
    parted = led(talk, ("take", "lamp"))
    one = did(talk, "give", "mira", "lamp", after=parted)
    other = did(talk, "go", "cellar", after=parted)
    client.force_login(alice)
    shown = client.get(reverse("play-compare", args=[talk.pk]), {"one": one, "other": other}).content.decode()
    assert shown.count("whatif__way") == 2
    ways = shown.split("whatif__way")[1:]
    assert "goes to the cellar" in ways[1]
    assert "gives the old lamp to Mira" in ways[0]
    assert "cellar" not in ways[0].lower()
    # In the journal, too, each moment begins with what was done there.
    assert [moment.did for moment in play_shown(talk.play, one).moments] == [
        "", "*takes the old lamp*", "*gives the old lamp to Mira*"
    ]  # fmt: skip


def test_the_album_is_of_all_plays_and_each_ending_keeps_where_it_was_met_first(alice: User) -> None:
    story = small_story(alice)
    plays = [begun(alice, story) for _again in range(2)]
    book = book_of(plays[0].play.version)
    for talk in plays:
        assert play_shown(talk.play, led(talk, *SEA)).view.ending.name == "sea"
        EndingMet.objects.get_or_create(
            user=alice, story=story, ending="sea", defaults={"conversation": talk, "message_id": talk.head_id}
        )
    [sea] = [page for page in album(alice, story, book, "en") if page.times]
    assert (sea.name, sea.title, sea.conversation_id) == ("sea", "The sea", plays[0].pk)
    hidden = [page for page in album(alice, story, book, "en") if not page.times]
    assert {(page.title, page.means) for page in hidden} == {("", "")}


def test_a_reload_midway_shows_the_world_as_it_stands(client: Client, alice: User, talk: Conversation) -> None:
    led(talk, ("take", "lamp"), ("go", "cellar"), ("take", "oil"))
    client.force_login(alice)
    page = client.get(reverse("talk", args=[talk.pk]))
    view = page.context["stage"].view
    assert [thing.name for thing in view.carried] == ["lamp", "oil"]
    assert view.place == "the cellar"
    assert len(page.context["stage"].moments) == 4


def test_what_a_guest_played_and_whispered_is_the_accounts(alice: User) -> None:
    """Also the album: what both have met counts for both times."""
    story, guest = small_story(UserFactory()), create_guest()
    talk, before = begun(guest, story), begun(alice, story)
    met = EndingMet.objects.create(user=alice, story=story, ending="sea", conversation=before)
    for ending in ("sea", "dark"):
        EndingMet.objects.create(user=guest, story=story, ending=ending, conversation=talk, times=2)
    led(talk, ("take", "lamp"))
    bob = seated(talk, UserFactory())
    whispers = [said(talk, guest, seen_by=[guest.pk, bob.pk]), said(talk, bob, seen_by=[bob.pk, guest.pk])]
    adopt(guest, alice)
    talk.refresh_from_db()
    assert [thing.name for thing in stage_page(alice, talk.play).view.carried] == ["lamp"]
    for whisper in whispers:
        assert set(Message.objects.get(pk=whisper.pk).seen_by or ()) == {alice.pk, bob.pk}
    times = dict(EndingMet.objects.filter(user=alice, story=story).values_list("ending", "times"))
    assert times == {"sea": 3, "dark": 2}
    met.refresh_from_db()
    assert met.conversation_id == before.pk


def test_who_was_put_out_of_a_story_sees_nothing_of_it_and_who_is_blocked_does_not_come_in(
    client: Client, alice: User, talk: Conversation
) -> None:
    bob = seated(talk, UserFactory())
    client.force_login(bob)
    stage = reverse("play-stage", args=[talk.pk])
    assert client.get(stage).status_code == 200
    remove_person(user=alice, conversation_id=talk.pk, person_id=bob.pk)
    assert client.get(stage).status_code == 404
    block(user=alice, person_id=bob.pk)
    with pytest.raises(InvitationOver):
        seated(talk, bob)


def test_a_story_that_goes_private_is_played_on_by_whoever_plays_and_begun_by_nobody(
    client: Client, alice: User
) -> None:
    story, bob = small_story(alice), UserFactory()
    talk = begun(bob, story)
    ask_to_publish(story=story, version=shown_version(story), asked_by=alice, visibility="private")
    client.force_login(bob)
    led(talk, ("take", "lamp"))
    stage = client.get(reverse("talk", args=[talk.pk])).context["stage"]
    assert [thing.name for thing in stage.view.carried] == ["lamp"]
    assert client.post(reverse("story-play", args=[story.pk])).status_code == 404
