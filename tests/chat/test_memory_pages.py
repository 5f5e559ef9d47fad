"""The pages on which somebody reads and puts right what a character knows of them."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.encryption import Place, cipher_for
from accounts.guests import BACKEND
from accounts.ids import uuid7
from chat.services.remembering import remember_talk
from memory.models import SessionNote
from memory.services.corrections import correct, forget
from memory.services.notes import sections_of
from memory.services.wishes import pause
from tests.factories import UserFactory
from tests.memory.known import Acquainted
from tests.memory.noted import a_note

pytestmark = pytest.mark.django_db
TRAITS = {"trust": {"value": 35, "pinned": False, "low": 15, "high": 85}}


@pytest.fixture
def talk() -> Acquainted:
    return Acquainted(traits=TRAITS)


@pytest.fixture
def reader(talk: Acquainted) -> Client:
    client = Client()
    client.force_login(talk.owner, backend=BACKEND)
    return client


def page(reader: Client, talk: Acquainted, **asked: str) -> str:
    return reader.get(reverse("memories-of", args=[talk.character_id]), asked).content.decode()


def send(reader: Client, name: str, *arguments: Any, **fields: Any) -> Any:
    """As the script does."""
    answer = reader.post(reverse(name, args=arguments), json.dumps(fields), content_type="application/json")
    return answer.json()


def test_who_knows_something_is_listed(reader: Client, talk: Acquainted) -> None:
    assert "Nobody knows you yet" in reader.get(reverse("memories")).content.decode()
    talk.write("Ada keeps bees.")
    listed = reader.get(reverse("memories")).content.decode()
    assert reverse("memories-of", args=[talk.character_id]) in listed
    assert "1 memory" in listed


def test_a_memory_is_shown_with_where_it_comes_from_and_what_stood_there_before(reader, talk) -> None:
    [line] = talk.script("I live in York.")
    kept = talk.keep(line, text="Ada lives in York.")
    correct(user=talk.owner, memory_id=kept.memory_id, text="Ada lives in Ghent.")
    shown = page(reader, talk)
    assert "Ada lives in Ghent." in shown
    assert reverse("talk-at", args=[talk.id, line]) in shown
    assert "<s" in shown
    assert "Ada lives in York." in shown
    past = page(reader, talk, show="archive")
    assert "something newer stands" in past
    assert "Ada lives in Ghent." not in past


def test_a_search_and_a_filter_narrow_it_and_say_so_when_nothing_fits(reader, talk) -> None:
    talk.write("Ada likes plums.", kind="preference")
    talk.write("Ada keeps bees.")
    assert "plums" not in page(reader, talk, q="bees")
    assert "bees" not in page(reader, talk, kind="preference")
    assert "Nothing here fits that." in page(reader, talk, q="whales")
    assert "plums" in page(reader, talk, q="PLUMS ada", kind="preference")


def test_scripts_get_the_list_alone(reader, talk) -> None:
    talk.write("Ada keeps bees.")
    answer = reader.get(reverse("memories-of", args=[talk.character_id]), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Ada keeps bees." in answer.content.decode()


def test_every_step_says_what_it_did_and_how_it_is_undone(reader, talk) -> None:
    added = send(reader, "memory-add", talk.character_id, text="Ada keeps bees.")
    assert talk.believed == ["Ada keeps bees."]
    edited = send(reader, "memory-edit", talk.character_id, added["id"], text="Ada keeps hens.", weight="2")
    pinned = send(reader, "memory-pin", talk.character_id, edited["id"], pinned="1")
    gone = send(reader, "memory-forget", talk.character_id, edited["id"])
    assert talk.believed == []
    assert all(step["said"] and step["undo"] for step in (added, edited, pinned, gone))
    for step in (gone, pinned, edited):
        assert send(reader, "memories-undo", talk.character_id, undo=step["undo"])["said"]
    assert talk.believed == ["Ada keeps bees."]


def test_a_refusal_names_the_field_and_the_limit(reader, talk) -> None:
    refused = send(reader, "memory-add", talk.character_id, text="x" * 1001)
    assert (refused["error"]["code"], refused["error"]["field"], refused["error"]["limit"]) == (
        "too_long",
        "text",
        1000,
    )


def test_forms_come_back_to_where_they_were_sent_from(reader, talk) -> None:
    here = reverse("memories-of", args=[talk.character_id]) + "?kind=event"
    answer = reader.post(reverse("memory-add", args=[talk.character_id]), {"text": "Ada keeps bees.", "next": here})
    assert answer.url == here
    elsewhere = reader.post(
        reverse("memory-add", args=[talk.character_id]), {"text": "", "next": "https://example.org/"}, follow=True
    )
    assert elsewhere.redirect_chain[-1][0] == reverse("memories-of", args=[talk.character_id])
    assert "Say what is to be remembered." in elsewhere.content.decode()


def test_what_is_kept_is_said_in_words_and_can_be_paused(reader, talk) -> None:
    assert "Automatic: Mira keeps by itself" in page(reader, talk)
    send(reader, "memories-mode", talk.character_id, mode="on_request")
    assert "On request: Mira keeps what you ask" in page(reader, talk)
    send(reader, "memories-mode", talk.character_id, paused="1")
    assert "Paused: Mira learns nothing new." in page(reader, talk)
    send(reader, "memories-mode", talk.character_id, paused="0")
    assert "Paused" not in page(reader, talk)


def test_a_note_is_put_into_other_words_and_the_old_one_is_kept(reader, talk) -> None:
    note = a_note(talk.row, happened=["They met in Paris."], open=["Who opens the letters?"])
    assert "Put it into other words" in page(reader, talk, show="story")
    send(reader, "session-note", talk.character_id, note.pk, happened="They met in Ghent.\nIt rained.")
    shown = page(reader, talk, show="story")
    assert "They met in Ghent." in shown
    assert "They met in Paris." in shown
    assert "in your words" in shown
    again = send(reader, "session-note", talk.character_id, note.pk, happened="Another window.")
    assert again["error"]["code"] == "conflict"
    latest = SessionNote.objects.get(revision=1)
    assert sections_of(latest, cipher_for(talk.row.key_id)).open == ()
    send(reader, "session-note", talk.character_id, latest.pk, delete="1")
    assert "Nothing is told of these lines." in page(reader, talk, show="story")
    assert not sections_of(SessionNote.objects.get(revision=2), cipher_for(talk.row.key_id))


def test_notes_are_read_with_the_lines_they_stand_for(reader, talk) -> None:
    one, two = talk.script("One", "Two")
    note = uuid7()
    told = json.dumps({"happened": ["They met."], "open": "Who opens the letters?"})
    SessionNote.objects.create(
        id=note, conversation=talk.row, from_id=one, until_id=two, lines=2, covers=b"", template="rules 1",
        sections=cipher_for(talk.row.key_id).seal(told, Place("session_note", note)),
    )  # fmt: skip
    shown = page(reader, talk, show="story")
    assert "They met." in shown
    assert "Who opens the letters?" in shown
    for line in (one, two):
        assert reverse("talk-at", args=[talk.id, line]) in shown


def test_a_bond_is_shown_step_by_step_and_each_is_taken_back(reader, talk) -> None:
    talk.script("Thank you. I trust you.", "Not at all.")
    remember_talk(talk.id)
    shown = page(reader, talk, show="bond")
    assert "You confided in them" in shown
    assert "Trust +3" in shown
    assert "Trust went from 35 to 39, in 2 steps." in shown
    step = talk.mind.pair.steps.get(event="confided")
    assert send(reader, "bond-step", talk.character_id, step.pk, undone="1")["said"]
    shown = page(reader, talk, show="bond")
    assert "taken back" in shown
    assert "Trust went from 35 to 36, in 1 step." in shown


def test_beside_the_talk_the_pinned_come_first(reader, talk) -> None:
    assert "knows nothing about you yet" in reader.get(reverse("talk-memories", args=[talk.id])).content.decode()
    bees = talk.write("Ada keeps bees.")
    talk.write("Ada likes plums.")
    send(reader, "memory-pin", talk.character_id, bees.memory_id, pinned="1")
    beside = reader.get(reverse("talk-memories", args=[talk.id])).content.decode()
    assert beside.index("bees") < beside.index("plums")
    assert "All of it: 2 memories" in beside


def test_a_line_is_remembered_from_its_menu(reader, talk) -> None:
    [line] = talk.script("My brother is Jonas.")
    kept = send(reader, "message-remember", talk.id, line)
    assert kept["back"] == reverse("memories-undo", args=[talk.character_id])
    reader.post(kept["back"], json.dumps({"undo": kept["undo"]}), content_type="application/json")
    assert talk.believed == []


def test_the_export_holds_everything(reader, talk) -> None:
    bees = talk.write("Ada keeps bees.")
    talk.write("Ada likes plums.")
    forget(user=talk.owner, memory_id=bees.memory_id)
    pause(**talk.whose, paused=True)
    talk.script("Thank you.", "Hm.")
    answer = reader.get(reverse("memories-export", args=[talk.character_id]))
    told = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert {each["text"]: each["standing"] for each in told["memories"]} == {
        "Ada keeps bees.": "forgotten",
        "Ada likes plums.": "believed",
    }
    assert told["policy"] == {"mode": "automatic", "paused": True}
    assert (told["bond"], told["notes"]) == ([], [])


def test_a_page_costs_as_many_queries_whatever_is_known(reader, talk, django_assert_max_num_queries) -> None:
    for number in range(12):
        talk.write(f"Fact {number}")
    talk.script(*["Thank you.", "Hm."] * 4)
    remember_talk(talk.id)
    for show in ("known", "archive", "story", "bond"):
        with django_assert_max_num_queries(14):
            page(reader, talk, show=show)


def test_a_long_list_has_pages(reader, talk, monkeypatch) -> None:
    monkeypatch.setattr("chat.views.memories.A_PAGE", 3)
    for number in range(7):
        talk.write(f"Fact {number}")
    first = page(reader, talk)
    assert "Page 1 of 3" in first
    assert "Fact 6" in first
    assert "Fact 3" not in first
    assert "Fact 0" in page(reader, talk, page="3")
    assert "Fact 0" in page(reader, talk, page="99")


def test_a_stranger_finds_nothing(talk: Acquainted) -> None:
    talk.write("Ada keeps bees.")
    client = Client()
    client.force_login(UserFactory(), backend=BACKEND)
    assert client.get(reverse("memories-of", args=[talk.character_id])).status_code == 404
    assert client.get(reverse("memories-of", args=[uuid7()])).status_code == 404
