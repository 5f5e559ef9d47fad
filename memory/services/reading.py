"""Memories are looked for in lines that were kept: by a model where one is named, by rules where not."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost
from inference.base import ModelError
from memory.extraction import Fact, Heard, asked_in, facts_in, is_chinese
from memory.extraction.model import read_answer, schema, transcript
from memory.models import Episode, Pair
from memory.names import Names, called, day_of
from memory.policy import Policy
from memory.prompts import EXTRACT
from memory.services.asking import ask, has_model, template_of
from memory.services.learning import Found, learn
from memory.services.lines import EPISODE, Line
from memory.services.pairs import writing

log = structlog.get_logger(__name__)

A_BATCH = 40  # lines that are read in one go


def read_lines(*, pair: Pair, conversation_id: UUID, names: Names, policy: Policy) -> bool:
    """Look for memories in what was not read yet, oldest first. True when there is more.

    What is learnt and that it was read are stored together, under the pair's lock: it may run twice at once.
    """
    unread = list(_unread(pair, conversation_id)[: A_BATCH + 1])
    batch, more = unread[:A_BATCH], len(unread) > A_BATCH
    if not batch:
        return False
    found = _found_by_model(pair, batch, names) if has_model() else None
    if found is None:
        found = list(_found_by_rules(batch, names))
    with writing(pair.pk):
        still = set(
            _unread(pair, conversation_id).filter(pk__in=[row.pk for row in batch]).values_list("pk", flat=True)
        )
        messages = {row.message_id for row in batch if row.pk in still}
        learn(pair, cipher_of(pair.owner), [each for each in found if each.message_id in messages], policy)
        Episode.objects.filter(pk__in=still).update(read_at=timezone.now())
    return more


def learn_what_was_asked(
    *, pair: Pair, conversation_id: UUID, lines: Iterable[Line], names: Names, policy: Policy
) -> int:
    """For where nothing is kept by itself: only what the player wants remembered. Twice is once."""
    found = [
        _found(fact, line, conversation_id)
        for line in lines
        for fact in asked_in(_heard(line.text, line.role, line.speaker, line.said_at, names))
    ]
    if not found:
        return 0
    with writing(pair.pk):
        return learn(pair, cipher_of(pair.owner), found, policy)


def _unread(pair: Pair, conversation_id: UUID) -> QuerySet[Episode]:
    found = Episode.objects.filter(pair=pair, conversation_id=conversation_id, read_at=None)
    return found.order_by("said_at", "id").defer("embedding")


def _found_by_model(pair: Pair, rows: Sequence[Episode], names: Names) -> list[Found] | None:
    """None where it does not answer as asked: then rules have to do."""
    texts = [text_of(row) for row in rows]
    chinese = is_chinese(" ".join(texts))
    heard = [_heard(text, row.role, row.speaker, row.said_at, names) for row, text in zip(rows, texts, strict=True)]
    template = template_of(EXTRACT, language="zh-hans" if chinese else "en", plan=pair.owner.plan_id or "")
    values = {
        "player": called(names.player, chinese),
        "character": names.character,
        "lines": transcript([(f"({each.day.isoformat()}) {each.speaker}", each.text) for each in heard]),
    }
    try:
        answer = ask(template, values, schema=schema(), player=pair.owner, character=pair.character_id)
    except ModelError as error:
        log.warning("memories_by_rules", pair=str(pair.pk), code=error.code)
        return None
    facts = read_answer(answer, len(rows))
    if facts is None:
        log.warning("memories_by_rules", pair=str(pair.pk), code="no_json", said=len(answer))
        return None
    return [_found(fact, rows[at], rows[at].conversation_id, by_model=True) for at, fact in facts]


def _found_by_rules(rows: Sequence[Episode], names: Names) -> Iterable[Found]:
    for row in rows:
        for fact in facts_in(_heard(text_of(row), row.role, row.speaker, row.said_at, names)):
            yield _found(fact, row, row.conversation_id)


def _found(fact: Fact, line: Episode | Line, conversation_id: UUID, *, by_model: bool = False) -> Found:
    return Found(
        fact=fact,
        conversation_id=conversation_id,
        message_id=line.message_id,
        revision=line.revision,
        said_at=line.said_at,
        seen_by=None if line.seen_by is None else tuple(line.seen_by),
        by_model=by_model,
    )


def _heard(text: str, role: str, speaker: str, said_at: datetime, names: Names) -> Heard:
    mine, chinese = role == "player", is_chinese(text)
    player = called(names.player if not mine else speaker or names.player, chinese)
    return Heard(
        text=text,
        speaker=player if mine else speaker or names.character,
        other=names.character if mine else player,
        role="player" if role == "player" else "character",
        day=day_of(said_at, names.zone),
    )


def text_of(row: Episode) -> str:
    """Empty where it can no longer be read."""
    try:
        return cipher_for(key_id_of(row.text)).open(row.text, Place(EPISODE, row.pk))
    except ContentLost:
        return ""
