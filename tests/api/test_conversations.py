"""Conversations as things: begun, listed, named, thrown away and taken back."""

from typing import Any

import pytest
from django.test import Client

from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import User
from accounts.personas import add_persona
from characters.models import Character
from chat.models import Conversation, Message, Participant
from tests.api.conftest import Program, refused
from tests.characters.factories import a_character
from tests.factories import GuestFactory


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice, visibility="private", greetings=["Evening, {{user}}.", "You again?"])


def begun(program: Program, character: Character, **fields: Any) -> dict[str, Any]:
    answer = program.post("conversations/", {"character_id": character.pk, **fields})
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    assert answer["Location"] == f"/api/v1/conversations/{told['id']}/"
    return told


def test_a_conversation_begins_with_the_chosen_opening(program: Program, alice: User, mira: Character) -> None:
    fenwick = add_persona(user=alice, name="Fenwick", description="")
    told = begun(program, mira, greeting=1, persona_id=fenwick.pk, title=" By  the fire ")
    assert (told["title"], told["greeting"], told["role"]) == ("By the fire", 1, "host")
    assert told["persona"] == {"id": str(fenwick.pk), "name": "Fenwick"}
    assert told["character"]["character_id"] == str(mira.pk)
    lines = program.get(f"conversations/{told['id']}/messages/").json()["results"]
    assert [line["content"] for line in lines] == ["You again?"]
    assert (lines[0]["position"], len(lines[0]["siblings"])) == (2, 2)


def test_the_opening_knows_whom_one_plays(program: Program, alice: User, mira: Character) -> None:
    fenwick = add_persona(user=alice, name="Fenwick", description="")
    told = begun(program, mira, persona_id=fenwick.pk)
    [line] = program.get(f"conversations/{told['id']}/messages/").json()["results"]
    assert line["content"] == "Evening, Fenwick."


def test_one_is_begun_once_under_an_idempotency_key(program: Program, mira: Character) -> None:
    body = {"character_id": str(mira.pk)}
    first, again = (program.post("conversations/", body, idempotency_key="one") for _ in range(2))
    assert first.json() == again.json()
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"greeting": 7}, 400, "greeting"),
        ({"greeting": -1}, 400, "greeting"),
        ({"language": "fr"}, 400, "language"),
        ({"title": "x" * 121}, 400, "title"),
        ({"title": "a\x07b"}, 400, "title"),
        ({"persona_id": str(uuid7())}, 404, None),
        ({"character_id": str(uuid7())}, 404, None),
        ({"mood": "calm"}, 400, "mood"),
    ],
)
def test_what_cannot_begin_is_refused(program, mira, fields, status, field) -> None:
    answer = program.post("conversations/", {"character_id": str(mira.pk), **fields})
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()


def test_somebody_elses_private_character_is_not_there(bobs: Program, mira: Character) -> None:
    refused(bobs.post("conversations/", {"character_id": str(mira.pk)}), 404, "not_found")


def test_what_is_rated_higher_stays_behind_its_curtain_in_a_browser(bobs, bob, alice) -> None:
    grim = a_character(alice, visibility="public")
    Character.objects.filter(pk=grim.pk).update(rating="explicit")
    browser = Client()
    browser.force_login(bob, backend=BACKEND)
    body = {"character_id": str(grim.pk)}
    answer = browser.post("/api/v1/conversations/", body, content_type="application/json")
    refused(answer, 404, "not_found")
    # Whoever writes a program and names it asked for it.
    begun(bobs, grim)


def test_the_list_goes_on_by_cursor_and_costs_as_much_however_long(program, mira, django_assert_num_queries) -> None:
    made = [begun(program, mira, title=f"Night {number}")["id"] for number in range(3)]
    with django_assert_num_queries(4):
        first = program.get("conversations/?limit=2").json()
    rest = program.get(first["next"].partition("/api/v1/")[2]).json()
    assert [each["id"] for each in (*first["results"], *rest["results"])] == made[::-1]
    assert rest["next"] is None
    begun(program, mira)
    with django_assert_num_queries(4):
        program.get("conversations/?limit=100")


def test_the_list_by_activity_and_by_character(program: Program, alice: User, mira: Character) -> None:
    older, newer = begun(program, mira)["id"], begun(program, mira)["id"]
    Conversation.objects.filter(pk=newer).update(updated_at="2020-01-01T00:00:00Z")
    assert [each["id"] for each in program.get("conversations/?order=active").json()["results"]] == [older, newer]
    other = begun(program, a_character(alice))["id"]
    found = program.get(f"conversations/?character={mira.pk}").json()["results"]
    assert other not in {each["id"] for each in found}
    assert len(found) == 2
    refused(program.get("conversations/?character=mira"), 400, "invalid")
    refused(program.get("conversations/?order=random"), 400, "invalid")


def test_it_is_named_and_played_as_somebody_else(program: Program, alice: User, mira: Character) -> None:
    told, fenwick = begun(program, mira), add_persona(user=alice, name="Fenwick", description="")
    path = f"conversations/{told['id']}/"
    answer = program.patch(path, {"title": "The lantern", "persona_id": str(fenwick.pk)})
    assert (answer.json()["title"], answer.json()["persona"]["name"]) == ("The lantern", "Fenwick")
    assert program.get(path)["ETag"] == answer["ETag"]
    refused(program.patch(path, {"title": "Late"}, if_match='"older"'), 412, "changed_meanwhile")
    assert program.patch(path, {"title": ""}, if_match=answer["ETag"]).json()["title"] == ""
    assert refused(program.patch(path, {"title": "x" * 121}), 400, "invalid")["field"] == "title"


def test_a_tone_is_asked_for_and_is_ones_own(program: Program, bobs: Program, bob: User, mira: Character) -> None:
    told = begun(program, mira)
    path = f"conversations/{told['id']}/"
    assert told["tone"] == 0
    answer = program.patch(path, {"tone": 2}, if_match=program.get(path)["ETag"])
    assert answer.json()["tone"] == 2
    for wrong in (3, -3, "dark", None, 0.5):
        assert refused(program.patch(path, {"tone": wrong}), 400, "invalid")["field"] == "tone"
    refused(bobs.patch(path, {"tone": 1}), 404, "not_found")
    # Who plays along has a tone of their own; who watches asks for none, and then nothing else is changed either.
    part = Participant.objects.create(conversation_id=told["id"], user=bob)
    assert bobs.patch(path, {"tone": -2}).json()["tone"] == -2
    assert program.get(path).json()["tone"] == 2
    Participant.objects.filter(pk=part.pk).update(role=Participant.Role.SPECTATOR)
    refused(bobs.patch(path, {"tone": 1}), 404, "not_found")
    assert bobs.get(path).json()["tone"] == -2


def test_it_goes_to_the_trash_and_comes_back(program: Program, mira: Character) -> None:
    told = begun(program, mira)
    path = f"conversations/{told['id']}/"
    assert program.delete(path).status_code == 204
    refused(program.get(path), 404, "not_found")
    assert program.get("conversations/").json()["results"] == []
    [thrown] = program.get("conversations/?deleted=true").json()["results"]
    assert (thrown["id"], thrown["deleted_at"] is None) == (told["id"], False)
    assert program.post(f"{path}restore/").json()["deleted_at"] is None
    assert program.get(path).json() == told


def test_a_slash_at_the_end_may_be_left_out(program: Program, mira: Character) -> None:
    told = program.post("conversations", {"character_id": str(mira.pk)}).json()
    assert program.get(f"conversations/{told['id']}").json() == told
    assert program.get(f"conversations/{told['id']}/messages").status_code == 200
    refused(program.get("conversation"), 404, "not_found")


def test_a_guest_s_browser_reads_its_own_talks(mira: Character) -> None:
    browser = Client()
    browser.force_login(GuestFactory(), backend=BACKEND)
    assert browser.get("/api/v1/conversations/").json() == {"next": None, "results": []}
