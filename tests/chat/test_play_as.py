"""Whom the player is, talk by talk."""

import pytest

from accounts.errors import NotFound
from accounts.guests import adopt
from accounts.ids import uuid7
from accounts.models import User
from accounts.personas import delete_persona
from accounts.selectors import default_persona
from characters.selectors import edition_of
from chat.models import Participant
from chat.selectors.opened import open_talk
from chat.services.conversations import start_conversation
from chat.services.parts import play_as, usual_part
from tests.chat.stage import in_database, mira
from tests.factories import GuestFactory, PersonaFactory, UserFactory


async def test_from_the_next_line_on_one_is_somebody_else(stage, standin):
    alice = await stage.player()
    talk = await stage.talk(alice, "echo-prompt")
    ferryman = await in_database(
        lambda: PersonaFactory(user=alice.user, name="Ferryman", description="Knows the river by night.")
    )
    page, other_tab = await stage.open(talk, alice), await stage.open(talk, alice)
    before = await page.turn("Good evening")
    assert "Ferryman" not in before.text

    browser = stage.browser(alice)
    assert await browser.post(f"/talks/{talk.pk}/persona", persona=str(ferryman.pk)) == (
        200, {"persona": str(ferryman.pk)},
    )  # fmt: skip
    assert (await other_tab.wait_for("changed"))["kind"] == "head"
    after = await page.turn("Who goes there?")
    assert "[Player: Ferryman]\nKnows the river by night." in after.text

    _, html = await browser.get(f"/talks/{talk.pk}/")
    assert html.count(">Ferryman<") == 2, "the new line, and the part that is chosen; the old line keeps its name"
    assert f'<option value="{ferryman.pk}" selected>Ferryman</option>' in html
    told = await stage.open(talk, alice)
    assert [person["name"] for person in told.ready["participants"]] == ["Ferryman"]


@pytest.fixture
def talk(alice: User):
    character = mira("script-2")
    return start_conversation(owner=alice, character=character, version=edition_of(character))


def test_a_part_is_kept_for_every_new_talk_with_a_character_and_no_other(alice, talk):
    ferryman, character = PersonaFactory(user=alice, name="Ferryman"), talk.cast.get().character
    play_as(user=alice, conversation_id=talk.pk, persona_id=ferryman.pk, always=True)

    def part_in_a_new_talk(with_whom):
        new = start_conversation(owner=alice, character=with_whom, version=edition_of(with_whom))
        assert open_talk(user=alice, conversation_id=new.pk).usual is (new.participants.get().persona == ferryman)
        return new.participants.get().persona

    assert part_in_a_new_talk(character) == ferryman
    assert part_in_a_new_talk(mira("script-2")) == default_persona(alice)
    other = UserFactory()
    theirs = start_conversation(owner=other, character=character, version=edition_of(character))
    assert theirs.participants.get().persona == default_persona(other)
    play_as(user=alice, conversation_id=talk.pk, persona_id=ferryman.pk, always=False)
    assert part_in_a_new_talk(character) == default_persona(alice)


def test_a_part_kept_by_a_guest_comes_along_and_goes_with_the_persona(alice, talk):
    guest, character = GuestFactory(), talk.cast.get().character
    theirs = start_conversation(owner=guest, character=character, version=edition_of(character))
    ferryman = PersonaFactory(user=guest, name="Ferryman")
    play_as(user=guest, conversation_id=theirs.pk, persona_id=ferryman.pk, always=True)
    adopt(guest, alice)
    ferryman.refresh_from_db()
    assert usual_part(alice, character) == ferryman
    delete_persona(user=alice, persona_id=ferryman.pk)
    assert usual_part(alice, character) is None


def test_nobody_plays_somebody_elses_persona(alice, talk):
    for persona_id in (PersonaFactory().pk, uuid7()):
        with pytest.raises(NotFound):
            play_as(user=alice, conversation_id=talk.pk, persona_id=persona_id)


def test_only_who_plays_there_chooses_a_part(alice, talk):
    stranger, spectator = UserFactory(), UserFactory()
    Participant.objects.create(conversation=talk, user=spectator, role=Participant.Role.SPECTATOR)
    before = list(Participant.objects.filter(conversation=talk).values_list("user", "persona"))
    for somebody in (stranger, spectator):
        with pytest.raises(NotFound):
            play_as(user=somebody, conversation_id=talk.pk, persona_id=PersonaFactory(user=somebody).pk)
    assert list(Participant.objects.filter(conversation=talk).values_list("user", "persona")) == before


def test_a_part_in_one_talk_is_none_in_another(alice, talk):
    character = mira("script-2")
    other = start_conversation(owner=alice, character=character, version=edition_of(character))
    play_as(user=alice, conversation_id=talk.pk, persona_id=PersonaFactory(user=alice, name="Ferryman").pk)
    names = dict(Participant.objects.filter(user=alice).values_list("conversation", "persona__name"))
    assert names == {talk.pk: "Ferryman", other.pk: "You"}


def test_when_a_persona_is_deleted_the_default_one_plays_on(alice, talk):
    ferryman = PersonaFactory(user=alice, name="Ferryman")
    play_as(user=alice, conversation_id=talk.pk, persona_id=ferryman.pk)
    delete_persona(user=alice, persona_id=ferryman.pk)
    assert Participant.objects.get(conversation=talk).persona == default_persona(alice)
