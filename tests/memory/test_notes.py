"""The note of a talk: of what left its window, on the branch that has it."""

from datetime import date

import pytest

from accounts.encryption import cipher_for
from chat.selectors.told import branches_now
from chat.services import noting
from chat.services.edits import edit_in_place
from chat.services.undo import undo
from memory.models import Memory, SessionNote
from memory.noting import Sections, extracted
from memory.noting.extract import Spoken
from memory.services.corrections import forget
from memory.services.notes import note_on, sections_of
from tests.chat.grown import Talk
from tests.memory.remembered import remember

DAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def _short_window(monkeypatch):
    monkeypatch.setattr(noting, "kept_of", lambda ids: min(len(ids), 6))


def noted(talk):
    branch = branches_now({talk.id: None})[talk.id].aloud
    row = note_on(talk.id, branch)
    return row and sections_of(row, cipher_for(talk.row.key_id))


def played(talk, count):
    for number in range(count):
        talk.say(f"We walk on for a while, stage {number} of the road to Karlsbad.")


@pytest.mark.django_db
def test_a_note_tells_of_what_left_the_window_and_only_of_that():
    talk = Talk()
    talk.script("My sister is called Nora.", "I promise to look for Nora in Karlsbad.")
    remember(talk)
    assert noted(talk) is None, "all of it still goes in"
    played(talk, 8)
    remember(talk)
    sections = noted(talk)
    assert any("My sister is called Nora." in each for each in sections.happened)
    assert any("promise to look for Nora" in each for each in sections.open)
    assert "stage 7" not in sections.as_json()
    row = SessionNote.objects.get()
    assert (row.lines, row.from_id, row.template) == (5, talk.opening, "rules 1")


@pytest.mark.django_db
def test_a_note_grows_from_the_one_before_and_twice_is_once():
    talk = Talk()
    talk.script("My sister is called Nora.", "A lovely name.")
    played(talk, 8)
    remember(talk)
    played(talk, 6)
    remember(talk)
    remember(talk)
    first, second = SessionNote.objects.order_by("lines")
    assert second.before == first
    assert any("Nora" in each for each in noted(talk).happened)


@pytest.mark.django_db
def test_another_branch_has_another_note_and_other_words_have_none_until_they_are_back():
    talk = Talk()
    first, second = talk.script("My sister is called Nora.", "A lovely name.")
    played(talk, 8)
    remember(talk)
    before = noted(talk).as_json()
    token = edit_in_place(**talk.who, message_id=first, content="My brother is called Tom.")
    assert noted(talk) is None
    undo(**talk.who, token=token)
    assert noted(talk).as_json() == before
    talk.say("Another reply.", below=first, role="character")
    assert noted(talk) is None
    played(talk, 8)
    remember(talk)
    assert "A lovely name." not in noted(talk).as_json()
    assert second not in {row.until_id for row in SessionNote.objects.all()}


@pytest.mark.django_db
def test_what_is_forgotten_is_gone_from_notes_too():
    talk = Talk()
    talk.script("My sister is called Nora.", "A lovely name.", "I live in Lisbon.", "By the sea!")
    played(talk, 8)
    remember(talk)
    assert "Nora" in noted(talk).as_json()
    memory = Memory.objects.get(text__isnull=False, sources__message_id=talk.lines()[1].id)
    forget(user=talk.owner, memory_id=memory.pk)
    assert noted(talk) is None or "Nora" not in noted(talk).as_json()
    remember(talk)
    assert "Nora" not in noted(talk).as_json()
    assert "Lisbon" in noted(talk).as_json()


@pytest.mark.django_db
def test_no_note_where_the_player_wants_nothing_remembered():
    talk = Talk(memory_policy={"mode": "off"})
    played(talk, 20)
    remember(talk)
    assert not SessionNote.objects.exists()


def test_without_a_model_the_sentences_that_say_most_are_kept_and_the_middle_goes():
    lines = [
        Spoken("player", "Ines", f"I promise to bring {number} coins tomorrow. *nods* Hm.", DAY) for number in range(40)
    ]
    note = extracted(None, lines[:20])
    for start in range(20, 40, 5):
        note = extracted(note, lines[start : start + 5])
    assert len(note.happened) == 14
    assert "0 coins" in note.happened[0]
    assert "Hm." not in note.as_json()
    assert len(note.open) == 6
    assert Sections.of({"happened": ["x" * 900, 7, "x" * 900], "standing": 3}) == Sections(happened=("x" * 300,))
