"""A model finds memories and writes notes; where it fails, rules do. What it takes is in the ledger."""

import json

import pytest

from accounts.models import ModelUse, Operation
from chat.services import noting
from memory.extraction.model import read_answer, transcript
from memory.models import Memory, Provenance, SessionNote
from tests.chat.grown import Talk
from tests.memory.remembered import remember, statements


@pytest.fixture
def talk(committed):
    talk = Talk()
    talk.script("My sister is called Nora.", "A lovely name.")
    return talk


def used(talk):
    return ModelUse.objects.filter(user_id=talk.owner.pk, operation=Operation.MEMORY).count()


def test_what_a_model_finds_is_kept_and_what_it_takes_is_in_the_ledger(talk, standin, settings):
    settings.MEMORY_MODEL = "understudy"
    remember(talk)
    assert used(talk) == 1
    for memory in Memory.objects.filter(pair__owner=talk.owner):
        assert memory.provenance in (Provenance.MODEL, Provenance.ASKED)
        assert memory.sources.count() >= 1


@pytest.mark.parametrize("model", ["500", "429"])
def test_where_the_model_fails_rules_find_what_they_can(talk, standin, settings, model):
    settings.MEMORY_MODEL = model
    remember(talk)
    assert statements(talk.owner) == ["The player's sister is called Nora."]


def test_a_note_says_by_what_it_was_written(talk, standin, settings, monkeypatch):
    settings.MEMORY_MODEL = "understudy"
    monkeypatch.setattr(noting, "kept_of", lambda ids: min(len(ids), 4))
    talk.script("Then we walk on.", "We do.", "And on.", "And on.")
    remember(talk)
    note = SessionNote.objects.get(conversation=talk.id)
    assert (note.model, note.template) in {("understudy", "memory.note 1.0.0"), ("", "rules 1")}


def test_of_an_answer_what_can_be_used_is_used():
    memory = {
        "line": 1,
        "kind": "event",
        "statement": "Ines left.",
        "slot": " Home  Town ",
        "importance": 300,
        "asked": False,
    }
    broken = [
        {"line": 9},
        {**memory, "line": 3},
        {**memory, "kind": "gossip"},
        {**memory, "statement": 7},
        "no",
        {**memory, "line": True},
    ]
    answer = f"Here you are:\n```json\n{json.dumps({'memories': [memory, *broken]})}\n```"
    [(line, fact)] = read_answer(answer, 2) or []
    assert (line, fact.slot, fact.importance) == (0, "home town", 100)
    assert read_answer("I would rather not.", 2) is None
    assert read_answer('{"memories": []}', 2) == []
    assert len(read_answer(json.dumps({"memories": [memory] * 50}), 2) or []) == 8


def test_lines_are_numbered_and_told_by_whom():
    assert transcript([("Ines", "One\ntwo"), ("Mira", "Three")]) == "1. Ines: One two\n2. Mira: Three"
