"""Many players: each is recalled exactly what a search through all of theirs finds, and nothing of anybody else."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from accounts.encryption import Place, cipher_of
from accounts.ids import uuid7
from accounts.models import User
from accounts.people import create_people
from memory.models import Memory, Pair
from memory.recall.question import question_for
from memory.recall.ranking import Bounds, ranked
from memory.recall.rows import Row
from memory.recall.shelf import Shelf
from memory.scope import Scope
from tests.characters.factories import a_character
from tests.factories import UserFactory
from tests.memory.recall.conftest import Ask
from tests.numbers import times

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1_800)]
BEGAN = datetime(2024, 1, 1, 12, tzinfo=UTC)
SAID = (
    "harbour lantern violin garden river winter bakery kite captain sister letter bridge orchard copper storm candle"
    " 公园 樱花 钢琴 电影 厨房 火车 海边 咖啡"
)
WORDS = SAID.split()
AT_ONCE = 20  # players


def test_recall_is_exact_and_nobodys_but_ones_own(ask: Ask) -> None:
    dice = random.Random(11)
    character = a_character(UserFactory())
    people = create_people([User(email=f"{uuid7().hex}@example.com") for _ in range(times("players with memories"))])
    pairs = [Pair(owner=person, character=character) for person in people]
    Pair.objects.bulk_create(pairs)
    rows: dict[Pair, list[Row]] = {pair: _remembered(pair, number, dice) for number, pair in enumerate(pairs)}
    turns = times("questions with canaries")
    shelves: dict[int, Shelf] = {}
    for turn in range(turns):
        # Some are asked by turns, and others after them: a process keeps no more in the clear than it may.
        number = (turn * len(pairs) // turns + dice.randrange(AT_ONCE)) % len(pairs)
        pair, other = pairs[number], dice.randrange(len(pairs))
        question = f"{' '.join(dice.sample(WORDS, 3))} canary{other:05d}" + (" on 3 January 2024" if turn % 3 else "")
        found = ask(question, Scope(pair.owner_id, character.pk), asked_at=BEGAN + timedelta(days=90))
        assert found.state == "done"
        assert all(f"canary{number:05d}" in each.text for each in found.found)
        if number not in shelves:
            shelves[number] = Shelf(rows[pair])
        assert [each.text for each in found.found] == _exactly(shelves[number], question)
    kept = sum(map(len, rows.values()))
    print(f"{len(pairs):,} players, {kept:,} memories: {turns:,} questions as by exact search, no canary")


def _remembered(pair: Pair, number: int, dice: random.Random) -> list[Row]:
    cipher = cipher_of(pair.owner)
    memories, rows = [], []
    for _ in range(times("memories of a player")):
        key, importance = uuid7(), dice.randint(0, 69)
        text = f"{' '.join(dice.choices(WORDS, k=dice.randint(3, 12)))} canary{number:05d}"
        said_at = BEGAN + timedelta(days=dice.randint(0, 60))
        fields = {"kind": "event", "importance": importance, "said_at": said_at, "provenance": "by_hand"}
        memories.append(Memory(id=key, pair=pair, text=cipher.seal(text, Place("memory", key)), **fields))
        rows.append(Row(id=key, source="memory", text=text, said_at=said_at, marks=(), importance=importance))
    Memory.objects.bulk_create(memories, batch_size=500)
    return rows


def _exactly(shelf: Shelf, question: str) -> list[str]:
    """Of a shelf that was made of all their rows at one go."""
    asked = question_for(shelf, question, BEGAN + timedelta(days=90))
    return [shelf.rows[number].text for number, _ in ranked(shelf, asked, Bounds(12, 1_500))]
