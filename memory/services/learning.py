"""What was found in lines becomes memories: once, however often it is found; the later of two that contradict holds."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from django.utils import timezone

from accounts.encryption import Cipher
from accounts.errors import TooLarge
from accounts.judging import NotAllowed, judged
from memory.extraction import Fact
from memory.models import Memory, Pair, Provenance, State
from memory.policy import Policy
from memory.services.limits import make_room
from memory.services.memories import add_sources, create_memory, digest_of, place_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A fact, and the line that says it: message id and revision."""

    fact: Fact
    conversation_id: UUID
    message_id: UUID
    revision: int
    said_at: datetime
    seen_by: tuple[UUID, ...] | None = None
    by_model: bool = False


def learn(pair: Pair, cipher: Cipher, found: Iterable[Found], policy: Policy) -> int:
    """Within `writing`. How many memories are new. What a rule stands against is not remembered."""
    count, place = 0, place_of(pair.character_id) if (found := list(found)) else None
    for each in sorted(found, key=lambda found: (found.said_at, found.message_id)):
        if each.fact.kind in policy.kinds or each.fact.asked:
            try:
                statement = judged(each.fact.statement, place, field="text", user=pair.owner) if place else ""
            except NotAllowed as refused:
                log.info("not_remembered", pair=str(pair.pk), rule=refused.extra.get("rule"))
                continue
            count += _learn_one(pair, cipher, replace(each, fact=replace(each.fact, statement=statement)), policy)
    return count


def slot_of(name: str, cipher: Cipher) -> int | None:
    if not name:
        return None
    digest = hashlib.blake2b(f"slot {name.casefold()}".encode(), key=cipher.index_secret, digest_size=4).digest()
    return int.from_bytes(digest, "big", signed=True)


def _learn_one(pair: Pair, cipher: Cipher, found: Found, policy: Policy) -> bool:
    fact, source = found.fact, [(found.message_id, found.revision)]
    slot = slot_of(fact.slot, cipher)
    known = _said_already(pair, digest_of(fact.statement, cipher), slot, found)
    if known is not None:
        add_sources(known, found.conversation_id, source)
        _confirm(known, found)
    else:
        try:
            make_room(pair, 1, limit=policy.limit)
        except TooLarge:
            return False
        memory = create_memory(
            pair, cipher, fact.statement, kind=fact.kind, slot=slot, importance=fact.importance,
            confidence=fact.confidence, said_at=found.said_at, conversation_id=found.conversation_id,
            seen_by=None if found.seen_by is None else list(found.seen_by), provenance=_provenance(found),
        )  # fmt: skip
        add_sources(memory, found.conversation_id, source)
    if slot is not None:
        line_up(pair, slot)
    return known is None


def _said_already(pair: Pair, digest: bytes, slot: int | None, found: Found) -> Memory | None:
    """The same statement, unless another one of its slot was made in between: then it is told anew."""
    same = list(Memory.objects.filter(pair=pair, digest=digest).order_by("said_at", "id"))
    for memory in same:
        if memory.state == State.FORGOTTEN and found.said_at <= memory.changed_at:
            return memory
    same = [memory for memory in same if memory.state != State.FORGOTTEN]
    if slot is None or not same:
        return same[0] if same else None
    of_slot = list(Memory.objects.filter(pair=pair, slot=slot).order_by("said_at", "id"))
    before = [memory for memory in of_slot if memory.said_at <= found.said_at]
    after = [memory for memory in of_slot if memory.said_at > found.said_at]
    for neighbour in (*before[-1:], *after[:1]):
        if neighbour in same:
            return neighbour
    return None


def _confirm(known: Memory, found: Found) -> None:
    """Heard again: it dates from when it was said first, weighs what it weighed at most, and is fresh again."""
    known.said_at = min(known.said_at, found.said_at)
    known.importance = max(known.importance, found.fact.importance)
    known.confidence = max(known.confidence, found.fact.confidence)
    if known.state == State.FADED:
        known.state, known.changed_at = State.ACTIVE, timezone.now()
    if known.seen_by is not None and found.seen_by != tuple(known.seen_by):
        known.seen_by = None if found.seen_by is None else sorted({*known.seen_by, *found.seen_by})
    known.save(update_fields=["said_at", "importance", "confidence", "state", "changed_at", "seen_by"])


def line_up(pair: Pair, slot: int) -> None:
    """Each gives way to the next that was said, in whatever order they were learnt."""
    rows = list(Memory.objects.filter(pair=pair, slot=slot).order_by("said_at", "id"))
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        state = row.state
        if state in (State.ACTIVE, State.SUPERSEDED):
            state = State.ACTIVE if after is None else State.SUPERSEDED
        if (row.superseded_by_id, row.state) != (after.pk if after else None, state):
            row.superseded_by, row.state = after, state
            row.save(update_fields=["superseded_by", "state"])


def _provenance(found: Found) -> str:
    if found.fact.asked:
        return Provenance.ASKED
    return Provenance.MODEL if found.by_model else Provenance.RULES
