"""A public talk is stored as any other, remembered by the tasks that remember any other, asked about as a turn asks.

Whoever it belongs to is made for it and erased afterwards, with everything they had.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts import plans
from accounts.erasure import erase
from accounts.ids import uuid7
from accounts.models import User
from accounts.people import create_person
from characters.selectors import edition_of
from chat.database import close_pool, fetch_all
from chat.formats import neutral
from chat.models import Conversation, Message
from chat.services.imports.casting import plain_character
from chat.services.imports.write import write_talk
from chat.services.remembering import remember_talk
from chat.services.turns.warming import told_now
from chat.yardsticks.measures import Scored
from chat.yardsticks.sets import Question, Talk
from inference.registry import aclose_all
from memory.models import Pair
from memory.recall.ranking import Bounds
from memory.recall.search import Recall, prepare, recall
from memory.scope import Scope
from memory.services.embedding import embed_pair

LATER = timedelta(days=1)  # after the last line somebody asks
DEEP = 100  # rows that are ranked
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Stored:
    """`sources`: what each line is called in the set."""

    talk: Talk
    scope: Scope
    conversation_id: UUID
    sources: dict[UUID, str]


@dataclass(slots=True)
class Asked:
    question: Question
    scored: Scored
    found: Recall = field(repr=False)


@contextmanager
def stored(talk: Talk) -> Iterator[Stored]:
    """Remembered whole, for as long as the block lasts."""
    person = create_person(
        email=f"yardstick-{uuid7().hex}@example.invalid", password=None, plan=plans.UNLIMITED, language=talk.language
    )
    try:
        yield _store(person, talk)
    finally:
        erase(User.objects.get(pk=person.pk))


def _store(person: User, talk: Talk) -> Stored:
    with transaction.atomic():
        character = plain_character(person, talk.character, talk.language)
        conversation, _ = write_talk(
            owner=person,
            version=edition_of(character, talk.language),
            talk=neutral.Talk(character=talk.character, player=talk.player),
            lines=_lines(talk),
            without_times_from=0,
        )
    remember_stored(conversation)
    ids = Message.objects.filter(conversation=conversation).order_by("id").values_list("pk", flat=True)
    sources = dict(zip(ids, (line.source for line in talk.lines), strict=True))
    return Stored(talk, Scope(person.pk, character.pk), conversation.pk, sources)


def remember_stored(conversation: Conversation) -> None:
    """What Celery does after a turn, all of it now."""
    while remember_talk(conversation.pk):
        pass
    for pair_id in Pair.objects.filter(owner=conversation.owner).values_list("pk", flat=True):
        embed_pair(pair_id)


def _lines(talk: Talk) -> Iterator[neutral.Line]:
    before = None
    for number, line in enumerate(talk.lines):
        yield neutral.Line(
            key=str(number),
            parent=before,
            role="player" if line.speaker == talk.player else "character",
            name=line.speaker,
            text=line.text,
            at=round(line.at.timestamp() * 1000),
        )
        before = str(number)


async def ask_all(of: Stored, *, deep: int = DEEP) -> list[Asked]:
    """Every question of the talk, one after the other."""
    asked_at = of.talk.lines[-1].at + LATER
    await prepare(fetch=fetch_all, told=told_now, scope=of.scope, asked_at=asked_at)  # as whoever opens the talk does
    try:
        return [await _ask(of, question, asked_at, deep) for question in of.talk.questions]
    finally:
        await aclose_all()
        await close_pool()


async def _ask(of: Stored, question: Question, asked_at: datetime, deep: int) -> Asked:
    began, worked = time.perf_counter(), time.process_time()
    found = await recall(
        fetch=fetch_all,
        told=told_now,
        scope=of.scope,
        question=question.text,
        asked_at=asked_at,
        seconds=SECONDS,
        bounds=Bounds(deep, weak=True),
    )
    took, cost = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    rows = [[of.sources[line] for line in each.messages if line in of.sources] for each in found.found]
    ranked = list(dict.fromkeys(source for row in rows for source in row))
    stood_for = len({source for row in rows[:10] for source in row})
    return Asked(question, Scored(question.category, question.evidence, ranked, stood_for, took, cost), found)
