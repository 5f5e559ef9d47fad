"""Recall among a thousand memories of one pair, beside what one writes first: BM25 over a list of token lists, and an
exact search by vector alone.

All three answer the same questions in turns, warm, from one process and one connection. Ours reads the pair's revision,
ranks words, neighbours, days and names, and counts from the question to the texts in the clear.
"""

import asyncio
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.load import percentile
from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by

ROWS, DIMENSIONS, ASKED, ROUNDS = 1_000, 384, 60, 3
BEGAN = datetime(2024, 1, 1, 12, tzinfo=UTC)
SYLLABLES = ("ka", "lo", "mir", "than", "ves", "or", "el", "du", "ran", "sha", "bri", "ost", "fen", "gul", "ith", "mar")


def measure(stage: Stage) -> list[Line]:
    return told_by(stage, "bench.recall")


class Plain:
    """As the usual package has it: every query looks at every document."""

    def __init__(self, texts: list[str]) -> None:
        self.documents = [Counter(text.lower().split()) for text in texts]
        self.lengths = [sum(each.values()) for each in self.documents]
        self.mean = sum(self.lengths) / len(texts)
        having = Counter(term for each in self.documents for term in each)
        self.idf = {term: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for term, n in having.items()}

    def ask(self, question: str) -> list[int]:
        scores = [0.0] * len(self.documents)
        for term in question.lower().split():
            told = self.idf.get(term, 0.0)
            for number, counts in enumerate(self.documents):
                count = counts.get(term, 0)
                scores[number] += told * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * self.lengths[number] / self.mean))
        return sorted(range(len(scores)), key=lambda number: -scores[number])[:10]


def texts_of(dice: random.Random) -> tuple[list[str], list[str]]:
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(2_500)]
    weights = [1 / (rank + 20) for rank in range(len(words))]
    texts = [" ".join(dice.choices(words, weights, k=dice.randint(6, 24))) for _ in range(ROWS)]
    questions = [" ".join(dice.sample(dice.choice(texts).split(), 4)) for _ in range(ASKED)]
    return texts, questions


def fill(texts: list[str], dice: random.Random) -> Any:
    from accounts.encryption import Place, cipher_of
    from accounts.ids import uuid7
    from accounts.people import create_person
    from characters.models import Character
    from memory.models import Memory, Pair
    from memory.scope import Scope

    person = create_person(email=f"recall-{uuid7().hex}@example.com", password=None)
    character = Character.objects.create(owner=person)
    pair, cipher = Pair.objects.create(owner=person, character=character), cipher_of(person)
    rows = [
        Memory(
            id=(key := uuid7()),
            pair=pair,
            kind="event",
            text=cipher.seal(text, Place("memory", key)),
            said_at=BEGAN + timedelta(hours=number),
            provenance="rules",
            model=f"bench/{DIMENSIONS}",
            embedding=[dice.gauss(0, 1) for _ in range(DIMENSIONS)],
        )
        for number, text in enumerate(texts)
    ]
    Memory.objects.bulk_create(rows, batch_size=250)
    return pair, Scope(person.pk, character.pk)


async def timed(works: dict[str, Callable[[str], Awaitable[Any]]], questions: list[str]) -> dict[str, list[float]]:
    for work in works.values():
        await work(questions[0])
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for question in questions:
            for name, work in works.items():
                start = time.perf_counter()
                await work(question)
                taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def lines() -> list[Line]:
    import django

    django.setup()
    from chat.database import close_pool, fetch_all
    from memory.recall.search import recall
    from memory.told import Told

    dice = random.Random(3)
    texts, questions = texts_of(dice)
    pair, scope = fill(texts, dice)
    plain = Plain(texts)
    vector = f"[{','.join(f'{dice.gauss(0, 1):.6f}' for _ in range(DIMENSIONS))}]"
    nearest = (
        "select id, 1 - (embedding <=> %s::vector) as s from memory_memory where pair_id = %s order by s desc limit 10"
    )

    async def told(talks: Collection[Any]) -> Told:
        return Told(())

    async def ours(question: str) -> Any:
        return await recall(fetch=fetch_all, told=told, scope=scope, question=question, asked_at=BEGAN, seconds=10.0)

    async def scan(question: str) -> Any:
        return plain.ask(question)

    async def exact(question: str) -> Any:
        return await fetch_all(nearest, [vector, pair.pk])

    async def run() -> dict[str, list[float]]:
        try:
            return await timed({"ours": ours, "scan": scan, "exact": exact}, questions)
        finally:
            await close_pool()

    taken = asyncio.run(run())
    found = {name: percentile(sorted(values), 0.95) for name, values in taken.items()}
    middle = {name: percentile(sorted(values), 0.5) for name, values in taken.items()}
    return [
        Line("12", "recall among 1,000 memories, p95", found["ours"], "ms", "BM25 over a list", found["scan"]),
        Line("12", "", found["ours"], "ms", "vectors alone, exact", found["exact"]),
        Line("12", "", found["ours"], "ms", "the bound", 30.0, 1.0),
        Line("", "- p50", middle["ours"], "ms", "BM25 over a list", middle["scan"]),
    ]


if __name__ == "__main__":
    tell(lines())
    sys.exit(0)
