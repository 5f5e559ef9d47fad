"""What a character knows of somebody, over HTTP: the same as on its page."""

from typing import Any

import pytest
from django.test import Client

from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import User
from memory.services.wishes import pause
from tests.api.conftest import Program, refused
from tests.factories import GuestFactory
from tests.memory.known import Acquainted
from tests.memory.noted import a_note


@pytest.fixture
def talk(alice: User) -> Acquainted:
    return Acquainted(owner=alice)


def texts(program: Program, path: str) -> list[str]:
    return sorted(each["text"] for each in program.get(path).json()["results"])


def test_what_is_written_corrected_pinned_forgotten_and_brought_back(program: Program, talk: Acquainted) -> None:
    path = f"characters/{talk.character_id}/memories/"
    made = program.post(path, {"text": "Ada lives in York.", "kind": "about_player"})
    assert made.status_code == 201
    memory = made.json()
    assert made["Location"] == f"/api/v1/memories/{memory['id']}/"
    assert (memory["standing"], memory["provenance"], memory["sources"]) == ("believed", "by_hand", [])

    changed = program.patch(f"memories/{memory['id']}/", {"text": "Ada lives in Ghent.", "pinned": True}).json()
    assert changed["id"] != memory["id"]
    assert changed["pinned"]
    old = program.get(f"memories/{memory['id']}/").json()
    assert (old["standing"], old["superseded_by"]) == ("superseded", changed["id"])
    refused(program.patch(f"memories/{memory['id']}/", {"text": "Elsewhere."}), 409, "conflict")

    assert program.delete(f"memories/{changed['id']}/").status_code == 204
    assert texts(program, f"{path}?standing=believed") == []
    assert texts(program, f"{path}?standing=forgotten") == ["Ada lives in Ghent.", "Ada lives in York."]
    back = program.post(f"memories/{changed['id']}/restore/", {}).json()
    assert back["standing"] == "believed"


def test_remember_this_of_a_message_and_in_ones_own_words(program: Program, talk: Acquainted) -> None:
    [line] = talk.script("My brother is Jonas.")
    path = f"conversations/{talk.id}/memories/"
    kept = program.post(path, {"message_id": str(line)}).json()
    assert kept["text"] == "You: My brother is Jonas."
    assert kept["sources"] == [{"conversation_id": str(talk.id), "message_id": str(line), "told": True}]
    program.post(path, {"text": "Ada likes plums.", "kind": "preference"})
    assert texts(program, path) == ["Ada likes plums.", "You: My brother is Jonas."]
    assert texts(program, f"{path}?kind=preference") == ["Ada likes plums."]
    assert refused(program.post(path, {}), 400, "invalid")["field"] == "text"
    refused(program.post(path, {"message_id": str(uuid7())}), 404, "not_found")
    pause(**talk.whose, paused=True)
    refused(program.post(path, {"message_id": str(line)}), 403, "forbidden")


def test_a_list_is_read_page_by_page(program: Program, talk: Acquainted) -> None:
    for number in range(3):
        talk.write(f"Fact {number}")
    first = program.get(f"characters/{talk.character_id}/memories/?limit=2").json()
    assert len(first["results"]) == 2
    second = program.get(first["next"].split("/api/v1/")[1]).json()
    found = [each["text"] for each in (*first["results"], *second["results"])]
    assert (sorted(found), second["next"]) == (["Fact 0", "Fact 1", "Fact 2"], None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "A", "kind": "gossip"}, "kind"),
        ({"text": "A", "importance": 101}, "importance"),
        ({"text": "A", "colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(program: Program, talk: Acquainted, body: dict[str, Any], field: str) -> None:
    answer = program.post(f"characters/{talk.character_id}/memories/", body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_note_is_read_changed_and_deleted(program: Program, talk: Acquainted) -> None:
    note = a_note(talk.row, happened=["They met in Paris."], standing="At ease.")
    [told] = program.get(f"characters/{talk.character_id}/notes/").json()
    assert (told["id"], told["happened"], told["standing"]) == (str(note.pk), ["They met in Paris."], "At ease.")
    changed = program.patch(f"notes/{note.pk}/", {"happened": ["They met in Ghent."]}).json()
    assert (changed["happened"], changed["standing"], changed["by_hand"]) == (["They met in Ghent."], "At ease.", True)
    refused(program.patch(f"notes/{note.pk}/", {"standing": "Cold."}), 409, "conflict")
    assert program.delete(f"notes/{changed['id']}/").status_code == 204
    latest, *kept = program.get(f"characters/{talk.character_id}/notes/").json()
    assert (latest["happened"], latest["latest"]) == ([], True)
    assert [each["happened"] for each in kept] == [["They met in Ghent."], ["They met in Paris."]]


def test_a_query_that_means_nothing_is_refused(program: Program, talk: Acquainted) -> None:
    path = f"characters/{talk.character_id}/memories/"
    assert refused(program.get(f"{path}?standing=lost"), 400, "invalid")["field"] == "standing"
    assert refused(program.get(f"{path}?kind=gossip"), 400, "invalid")["field"] == "kind"


def test_a_guest_has_it_with_the_session_of_their_browser(db: None) -> None:
    guest = GuestFactory()
    talk = Acquainted(owner=guest)
    talk.write("Ada keeps bees.")
    client = Client()
    client.force_login(guest, backend=BACKEND)
    answer = client.get(f"/api/v1/characters/{talk.character_id}/memories/")
    assert [each["text"] for each in answer.json()["results"]] == ["Ada keeps bees."]
