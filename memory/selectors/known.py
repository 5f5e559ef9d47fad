"""What a character knows of a player, as the player reads it: believed, behind something newer, faded, forgotten."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from memory.models import Kind, Memory, MemorySource, Pair, Provenance, State
from memory.places import MEMORY
from memory.told import Told, mark_of

DOUBTED_BELOW = 50  # percent of confidence


class Standing(StrEnum):
    """`elsewhere`: none of its lines is told where the talks are now, so the character does not know it."""

    BELIEVED = "believed"
    SUPERSEDED = "superseded"
    FADED = "faded"
    FORGOTTEN = "forgotten"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Source:
    conversation_id: UUID
    message_id: UUID
    told: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One memory. `earlier` are those that gave way to it, the last one first; `later` is what it gave way to."""

    id: UUID
    kind: str
    text: str
    importance: int
    confidence: int
    said_at: datetime
    pinned: bool
    provenance: str
    standing: Standing
    recalled: int
    recalled_at: datetime | None
    created_at: datetime
    changed_at: datetime
    sources: tuple[Source, ...] = ()
    earlier: tuple["Known", ...] = field(default=())
    later: UUID | None = None

    @property
    def doubted(self) -> bool:
        return self.confidence < DOUBTED_BELOW

    @property
    def weight(self) -> int:
        """Importance as one of five."""
        return max(1, min(5, round(self.importance / 20)))

    @property
    def source(self) -> Source | None:
        """Where it leads: a line that is told, else none."""
        return next((each for each in self.sources if each.told), None)

    @property
    def kind_words(self) -> str:
        return str(Kind(self.kind).label)


def pair_for(*, user: User, character_id: UUID) -> Pair | None:
    return Pair.objects.filter(owner=user, character=character_id).first()


def talks_of(pair: Pair) -> list[UUID]:
    """The talks that its memories and steps come from: what has to be told of them."""
    learnt = MemorySource.objects.filter(memory__pair=pair).values("conversation_id")
    return list(learnt.union(pair.steps.values("conversation_id")).values_list("conversation_id", flat=True))


def get_memory(*, user: User, memory_id: UUID) -> Memory:
    """NotFound for other people's, and for what does not exist."""
    found = Memory.objects.select_related("pair").filter(pk=memory_id, pair__owner=user).first()
    if found is None:
        raise NotFound
    return found


def known_of(pair: Pair, told: Told) -> list[Known]:
    """All of them, the newest first. What can no longer be read is left out. Two queries, and one for a key."""
    rows = list(Memory.objects.filter(pair=pair).order_by("-said_at", "-id").defer("embedding"))
    sources: dict[UUID, list[Source]] = defaultdict(list)
    found = MemorySource.objects.filter(memory__pair=pair).order_by("message_id")
    for memory, talk, line, revision in found.values_list("memory_id", "conversation_id", "message_id", "revision"):
        sources[memory].append(Source(talk, line, told.has(mark_of(line, revision))))
    counts = {row.pk: _counts(row, sources[row.pk]) for row in rows}
    follow = _followed(rows, counts)
    shown: dict[UUID, Known] = {}
    for row in rows:
        text = text_in(row)
        if text is not None:
            shown[row.pk] = _known(row, text, tuple(sources[row.pk]), counts[row.pk], follow.get(row.pk))
    return _with_histories(shown)


def _counts(row: Memory, sources: Sequence[Source]) -> bool:
    """One of its lines is told, or it was written by hand and comes from none."""
    return any(each.told for each in sources) if sources else row.provenance == Provenance.BY_HAND


def text_in(row: Memory) -> str | None:
    try:
        return cipher_for(key_id_of(row.text)).open(row.text, Place(MEMORY, row.pk))
    except ContentLost:
        return None


def _followed(rows: Iterable[Memory], counts: dict[UUID, bool]) -> dict[UUID, UUID]:
    """What each that is superseded gives way to: the end of the line, if that counts."""
    by_id = {row.pk: row for row in rows}
    ends = {}
    for row in by_id.values():
        seen, at, end = {row.pk}, row, None
        while at.state == State.SUPERSEDED and at.superseded_by_id in by_id and at.superseded_by_id not in seen:
            at = by_id[at.superseded_by_id]
            seen.add(at.pk)
            if counts[at.pk] and at.state in (State.ACTIVE, State.SUPERSEDED):
                end = at.pk
        if end is not None:
            ends[row.pk] = end
    return ends


def _known(row: Memory, text: str, sources: tuple[Source, ...], counts: bool, later: UUID | None) -> Known:
    return Known(
        id=row.pk,
        kind=row.kind,
        text=text,
        importance=row.importance,
        confidence=row.confidence,
        said_at=row.said_at,
        pinned=row.pinned,
        provenance=row.provenance,
        standing=_standing(row, counts, later),
        recalled=row.recalled,
        recalled_at=row.recalled_at,
        created_at=row.created_at,
        changed_at=row.changed_at,
        sources=sources,
        later=later,
    )


def _standing(row: Memory, counts: bool, later: UUID | None) -> Standing:
    if row.state == State.FORGOTTEN:
        return Standing.FORGOTTEN
    if not counts:
        return Standing.ELSEWHERE
    if row.state == State.FADED:
        return Standing.FADED
    return Standing.SUPERSEDED if later else Standing.BELIEVED


def _with_histories(shown: dict[UUID, Known]) -> list[Known]:
    before: dict[UUID, list[Known]] = defaultdict(list)
    for each in shown.values():
        if each.later and each.standing == Standing.SUPERSEDED:
            before[each.later].append(each)
    return [_replaced(each, before[each.id]) if each.id in before else each for each in shown.values()]


def _replaced(each: Known, earlier: Sequence[Known]) -> Known:
    return replace(each, earlier=tuple(sorted(earlier, key=lambda known: known.created_at, reverse=True)))


def as_json(each: Known) -> dict[str, Any]:
    """For the export, and for programs."""
    return {
        "id": str(each.id),
        "kind": each.kind,
        "text": each.text,
        "importance": each.importance,
        "confidence": each.confidence,
        "said_at": each.said_at.isoformat(),
        "pinned": each.pinned,
        "provenance": each.provenance,
        "standing": each.standing.value,
        "superseded_by": str(each.later) if each.later else None,
        "recalled": each.recalled,
        "recalled_at": each.recalled_at.isoformat() if each.recalled_at else None,
        "created_at": each.created_at.isoformat(),
        "sources": [
            {"conversation_id": str(source.conversation_id), "message_id": str(source.message_id), "told": source.told}
            for source in each.sources
        ],
    }
