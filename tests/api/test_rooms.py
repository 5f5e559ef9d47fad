"""Rooms over HTTP: the same doors as the panel of the page, with the same answers to who may not."""

from typing import Any

import pytest

from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from chat.models import Conversation
from tests.api.conftest import Program, refused
from tests.characters.factories import a_character
from tests.chat.rooms.stage import said


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice, visibility="public")


@pytest.fixture
def room(program: Program, mira: Character) -> str:
    """The path of Alice's room."""
    talk = program.post("conversations/", {"character_id": str(mira.pk)}).json()["id"]
    assert program.post(f"conversations/{talk}/room/").status_code == 200
    return f"conversations/{talk}/room/"


@pytest.fixture
def link(program: Program, room: str) -> dict[str, Any]:
    answer = program.post(f"{room}invitations/", {"role": "player", "hours": 2})
    assert answer.status_code == 201
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
def joined(bobs: Program, link: dict[str, Any]) -> dict[str, Any]:
    answer = bobs.post("rooms/join/", {"token": link["token"]})
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def names(told: dict[str, Any]) -> dict[str, str]:
    return {person["name"]: person["role"] for person in told["people"]}


def test_somebody_comes_in_by_a_link_and_is_seen(program, room, link, joined) -> None:
    assert link["url"].endswith(f"/join/{link['token']}/")
    assert (joined["role"], f"conversations/{joined['id']}/room/") == ("player", room)
    told = program.get(room).json()
    assert names(told) == {"Alice": "host", "Bob": "player"}
    assert [(each["id"], each["uses"]) for each in told["invitations"]] == [(link["id"], 1)]
    assert "token" not in told["invitations"][0]


def test_links_are_for_the_host_alone(bobs, room, joined) -> None:
    told = bobs.get(room).json()
    assert (told["role"], told["invitations"], told["banned"]) == ("player", [], [])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "", {"strategy": "round"}),
        ("delete", "", None),
        ("post", "invitations/", {}),
        ("delete", "invitations/{invitation}/", None),
        ("patch", "people/{alice}/", {"muted": True}),
        ("delete", "people/{alice}/", None),
        ("patch", "cast/{mira}/", {"muted": True}),
        ("delete", "cast/{mira}/", None),
        ("post", "cast/", {"character_id": "{mira}"}),
    ],
)
def test_whoever_is_not_the_host_changes_nothing(
    program, bobs, room, link, joined, alice, mira, method, path, body
) -> None:
    known = {"invitation": link["id"], "alice": alice.pk, "mira": mira.pk}
    filled = body and {
        name: str(value).format(**known) if name == "character_id" else value for name, value in body.items()
    }
    before = program.get(room).json()
    refused(bobs.ask(method, room + path.format(**known), filled), 404, "not_found")
    assert program.get(room).json() == before


def test_roles_are_given_and_taken(program, bobs, bob, room, joined) -> None:
    person = f"{room}people/{bob.pk}/"
    assert names(program.patch(person, {"role": "spectator"}).json())["Bob"] == "spectator"
    [told] = [each for each in program.patch(person, {"muted": True}).json()["people"] if not each["mine"]]
    assert (told["role"], told["muted"]) == ("spectator", True)
    handed = program.patch(person, {"role": "host"}).json()
    assert (names(handed), handed["role"]) == ({"Alice": "player", "Bob": "host"}, "player")
    assert bobs.get(room).json()["role"] == "host"


def test_shown_out_one_comes_back_and_banned_one_does_not(program, bobs, bob, room, link, joined) -> None:
    person = f"{room}people/{bob.pk}/"
    assert program.delete(person).status_code == 204
    refused(bobs.get(room), 404, "not_found")
    assert bobs.post("rooms/join/", {"token": link["token"]}).status_code == 200
    banned = program.patch(person, {"banned": True}).json()
    assert [each["name"] for each in banned["banned"]] == ["Bob"]
    refused(bobs.post("rooms/join/", {"token": link["token"]}), 403, "banned")
    assert program.patch(person, {"banned": False}).json()["banned"] == []
    assert bobs.post("rooms/join/", {"token": link["token"]}).status_code == 200


def test_a_link_that_was_withdrawn_says_so(program, bobs, room, link) -> None:
    assert program.delete(f"{room}invitations/{link['id']}/").status_code == 204
    refused(bobs.post("rooms/join/", {"token": link["token"]}), 410, "invitation_over")
    refused(bobs.post("rooms/join/", {"token": "nothing of the kind"}), 404, "not_found")


def test_a_full_room_says_so(bobs, room, link, settings) -> None:
    settings.ROOM_SEATS = 1
    assert refused(bobs.post("rooms/join/", {"token": link["token"]}), 409, "room_full")["limit"] == 1


def test_a_cast_is_brought_in_and_directed(program, alice, mira, room) -> None:
    other = a_character(alice, visibility="private", name="Tomas")
    told = program.post(f"{room}cast/", {"character_id": str(other.pk)}).json()
    assert [each["character"]["name"] for each in told["cast"]] == [mira.published.name, "Tomas"]
    told = program.patch(f"{room}cast/{other.pk}/", {"talkativeness": 80, "on_stage": False}).json()
    assert [(each["talkativeness"], each["on_stage"]) for each in told["cast"]][1] == (80, False)
    assert program.delete(f"{room}cast/{other.pk}/").status_code == 204
    answer = refused(program.delete(f"{room}cast/{mira.pk}/"), 400, "invalid")
    assert answer["field"] == "character_id"


def test_what_somebody_may_not_see_cannot_be_brought_in(program, bob, room) -> None:
    secret = a_character(bob, visibility="private")
    refused(program.post(f"{room}cast/", {"character_id": str(secret.pk)}), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "body", "field", "limit"),
    [
        ("", {"replies_limit": 7}, "replies_limit", 6),
        ("", {"strategy": "loudest"}, "strategy", None),
        ("invitations/", {"hours": 10_000}, "hours", 720),
        ("invitations/", {"role": "host"}, "role", None),
    ],
)
def test_a_refusal_names_the_field_and_the_limit(program, room, path, body, field, limit) -> None:
    answer = refused(program.ask("post" if path else "patch", room + path, body), 400, "invalid")
    assert answer["field"] == field
    assert str(limit or "") in answer["errors"][0]["detail"]


def test_one_leaves_and_the_host_ends_it(program, bobs, room, joined) -> None:
    assert program.post(f"{room}leave/").status_code == 400
    assert bobs.post(f"{room}leave/").status_code == 204
    refused(bobs.get(room), 404, "not_found")
    assert program.delete(room).status_code == 204
    assert names(program.get(room).json()) == {"Alice": "host"}


def test_a_talk_that_is_no_room_has_none(program, mira) -> None:
    talk = program.post("conversations/", {"character_id": str(mira.pk)}).json()["id"]
    refused(program.get(f"conversations/{talk}/room/"), 404, "not_found")
    refused(program.get(f"conversations/{uuid7()}/room/"), 404, "not_found")


def test_a_change_says_what_is_to_change(program, bob, room, joined) -> None:
    answer = refused(program.patch(f"{room}people/{bob.pk}/", {}), 400, "invalid")
    assert answer["field"] == "role"
    refused(program.patch(f"{room}people/{uuid7()}/", {"muted": True}), 404, "not_found")


def test_where_the_branch_ends_tells_nothing_of_whispers(program, bobs, alice, bob, room, joined) -> None:
    talk = Conversation.objects.get(pk=joined["id"])
    aloud = said(talk, alice, "Aloud").pk
    whisper = said(talk, alice, "Psst", seen_by=[alice.pk], heard_by=[])
    for who, head in ((program, whisper.pk), (bobs, aloud)):
        assert who.get(f"conversations/{talk.pk}/").json()["head_id"] == str(head)
        [listed] = [each for each in who.get("conversations/").json()["results"] if each["id"] == str(talk.pk)]
        assert listed["head_id"] == str(head)
