"""What a player puts right in what a character knows of them, each change with a way back.

Nothing is overwritten: other words make a memory of their own, with the same lines, and the old one stands behind it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import cipher_of
from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from memory.models import Kind, Memory, MemorySource, Pair, Provenance, State
from memory.selectors.known import get_memory, pair_for, text_in
from memory.services import memories
from memory.services.memories import (
    BY_HAND_IMPORTANCE,
    add_sources,
    checked_kind,
    checked_text,
    create_memory,
    judged_text,
)
from memory.services.notes import forget_notes
from memory.services.pairs import writing
from memory.services.ways import no_way_back, opened_way, way_back

MOST_MERGED = 20


class Changed(NamedTuple):
    """The memory as it is now, and what leads back; empty where nothing was changed."""

    memory_id: UUID
    undo: str = ""


def add_by_hand(
    *, user: User, character_id: UUID, text: str, kind: str = Kind.ABOUT_PLAYER, importance: int = BY_HAND_IMPORTANCE
) -> Changed:
    """What is known already stays as it is. Whoever calls knows that the two have met."""
    pair, known = pair_for(user=user, character_id=character_id), set()
    if pair is not None:
        known = set(pair.memories.values_list("pk", flat=True))
    added = memories.add_memory(
        owner=user, character_id=character_id, text=text, kind=kind, importance=checked_weight(importance)
    )
    if added.pk in known:
        return Changed(added.pk)
    return Changed(added.pk, way_back(user, character_id, "add", new=added.pk.hex))


def correct(
    *, user: User, memory_id: UUID, text: str | None = None, kind: str | None = None, importance: int | None = None
) -> Changed:
    """Conflict when something newer stands there already: another window was faster."""
    with writing(get_memory(user=user, memory_id=memory_id).pair_id) as pair:
        old = get_memory(user=user, memory_id=memory_id)
        if old.state in (State.SUPERSEDED, State.FORGOTTEN):
            raise Conflict(_("This was changed meanwhile. Look at it anew."))
        kind = old.kind if kind is None else checked_kind(kind)
        importance = old.importance if importance is None else checked_weight(importance)
        if text is not None and (text := judged_text(checked_text(text), user, pair.character_id)) != text_in(old):
            new = _written(user, pair, text, like=old, kind=kind, importance=importance)
            return Changed(new.pk, _given_way(user, pair, [old], new))
        if (kind, importance) == (old.kind, old.importance):
            return Changed(old.pk)
        return _set(user, pair, old, kind=kind, importance=importance)


def set_pinned(*, user: User, memory_id: UUID, pinned: bool) -> Changed:
    """Pinned, it is told with every reply and does not fade; one that had faded comes back."""
    with writing(get_memory(user=user, memory_id=memory_id).pair_id) as pair:
        row = get_memory(user=user, memory_id=memory_id)
        if row.state in (State.FORGOTTEN, State.SUPERSEDED):
            raise Conflict(_("This was changed meanwhile. Look at it anew."))
        return _set(user, pair, row, pinned=pinned, state=State.ACTIVE if pinned else row.state)


def forget(*, user: User, memory_id: UUID) -> Changed:
    """It never comes up again, nor do the lines that say it; what stood behind it goes along, or it would come back."""
    with writing(get_memory(user=user, memory_id=memory_id).pair_id) as pair:
        row = get_memory(user=user, memory_id=memory_id)
        gone = [row, *_behind(pair, row)]
        _out_of_notes(gone)
        undo = way_back(user, pair.character_id, "state", old=_states(gone))
        Memory.objects.filter(pk__in=[each.pk for each in gone]).update(
            state=State.FORGOTTEN, pinned=False, changed_at=timezone.now()
        )
        return Changed(row.pk, undo)


def bring_back(*, user: User, memory_id: UUID) -> Changed:
    """What was forgotten, faded or superseded is remembered again."""
    with writing(get_memory(user=user, memory_id=memory_id).pair_id) as pair:
        row = get_memory(user=user, memory_id=memory_id)
        if row.state == State.ACTIVE:
            raise Conflict(_("This is remembered already."))
        undo = way_back(user, pair.character_id, "state", old=_states([row]))
        row.state, row.superseded_by = State.ACTIVE, None
        row.changed_at = row.recalled_at = timezone.now()
        row.save(update_fields=["state", "superseded_by", "changed_at", "recalled_at"])
        return Changed(row.pk, undo)


def put_together(*, user: User, memory_ids: Sequence[UUID], text: str) -> Changed:
    """Several become one, in these words, with all their lines: of the kind of the most important, as late as the
    latest.
    """
    text, ids = checked_text(text), list(dict.fromkeys(memory_ids))
    if not 2 <= len(ids) <= MOST_MERGED:
        raise Invalid(_("Choose from two to twenty."), field="memories", limit=MOST_MERGED)
    with writing(get_memory(user=user, memory_id=ids[0]).pair_id) as pair:
        text = judged_text(text, user, pair.character_id)
        rows = list(Memory.objects.filter(pk__in=ids, pair=pair))
        if len(rows) != len(ids):
            raise NotFound
        if any(row.state in (State.SUPERSEDED, State.FORGOTTEN) for row in rows):
            raise Conflict(_("One of these was changed meanwhile. Look at them anew."))
        first = max(rows, key=lambda row: (row.importance, row.said_at))
        new = _written(
            user,
            pair,
            text,
            like=first,
            pinned=any(row.pinned for row in rows),
            said_at=max(row.said_at for row in rows),
        )
        return Changed(new.pk, _given_way(user, pair, rows, new))


def take_back(*, user: User, character_id: UUID, token: str) -> list[UUID]:
    """The ids of what is as it was. Invalid when that can no longer be undone, Conflict when a later change has to be
    undone first.
    """
    change, pair = opened_way(user, character_id, token), pair_for(user=user, character_id=character_id)
    back = _WAYS.get(change.pop("do"))
    if pair is None or back is None:
        raise no_way_back()
    with writing(pair.pk):
        return back(pair, **change)


def checked_weight(importance: int) -> int:
    if not 0 <= importance <= 100:
        raise Invalid(_("This lies between 0 and 100."), field="importance", limit=100)
    return importance


# ------------------------------------------------------------------ ways back


def _unwrite(pair: Pair, *, new: str, old: dict[str, list[Any]] | None = None) -> list[UUID]:
    """What was written goes, and what gave way to it stands again."""
    written = Memory.objects.filter(pk=UUID(new), pair=pair).first()
    if written is None:
        raise no_way_back()
    if written.state == State.SUPERSEDED:
        raise Conflict(_("Undo the later change first."))
    written.delete()
    return _as_they_were(pair, old=old or {})


def _as_they_were(pair: Pair, *, old: dict[str, list[Any]]) -> list[UUID]:
    for key, (state, pinned, later) in old.items():
        Memory.objects.filter(pk=UUID(key), pair=pair).update(
            state=state, pinned=pinned, superseded_by=UUID(later) if later else None, changed_at=timezone.now()
        )
    return [UUID(key) for key in old]


def _as_it_was(pair: Pair, *, memory: str, was: dict[str, Any]) -> list[UUID]:
    if not Memory.objects.filter(pk=UUID(memory), pair=pair).update(changed_at=timezone.now(), **was):
        raise no_way_back()
    return [UUID(memory)]


_WAYS: dict[str, Callable[..., list[UUID]]] = {
    "add": _unwrite,
    "edit": _unwrite,
    "state": _as_they_were,
    "set": _as_it_was,
}


# ------------------------------------------------------------------ parts


def _states(rows: Iterable[Memory]) -> dict[str, list[Any]]:
    return {
        row.pk.hex: [row.state, row.pinned, row.superseded_by_id.hex if row.superseded_by_id else ""] for row in rows
    }


def _set(user: User, pair: Pair, row: Memory, **fields: Any) -> Changed:
    was = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = timezone.now()
    row.save(update_fields=[*fields, "changed_at"])
    return Changed(row.pk, way_back(user, pair.character_id, "set", memory=row.pk.hex, was=was))


def _written(user: User, pair: Pair, text: str, *, like: Memory, **fields: Any) -> Memory:
    """A memory in the player's words that stands for another from now on, wherever that stood."""
    told: dict[str, Any] = {
        "conversation_id": like.conversation_id,
        "kind": like.kind,
        "slot": like.slot,
        "importance": like.importance,
        "said_at": like.said_at,
        "pinned": like.pinned,
        "seen_by": like.seen_by,
        "provenance": Provenance.BY_HAND,
    }
    return create_memory(pair, cipher_of(user), text, **(told | fields))


def _out_of_notes(rows: Iterable[Memory]) -> None:
    """Notes that may tell of it are written anew, without."""
    lines = MemorySource.objects.filter(memory__in=[row.pk for row in rows])
    forget_notes(list(lines.values_list("conversation_id", "message_id")))


def _given_way(user: User, pair: Pair, rows: Sequence[Memory], new: Memory) -> str:
    """To `new`, which has all their lines. What leads back."""
    _out_of_notes(rows)
    undo = way_back(user, pair.character_id, "edit", new=new.pk.hex, old=_states(rows))
    for row in rows:
        for line in row.sources.all():
            add_sources(new, line.conversation_id, [(line.message_id, line.revision)])
    Memory.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.SUPERSEDED, superseded_by=new, pinned=False, changed_at=timezone.now()
    )
    return undo


def _behind(pair: Pair, row: Memory) -> list[Memory]:
    """Everything that gave way to it, in the end."""
    found: dict[UUID, Memory] = {}
    at = [row.pk]
    while at:
        earlier = Memory.objects.filter(pair=pair, superseded_by__in=at).exclude(pk__in=[row.pk, *found])
        at = [each.pk for each in earlier]
        found |= {each.pk: each for each in earlier}
    return list(found.values())
