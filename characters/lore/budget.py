"""What of the lore gets in. Lore that stands keeps its place while it can: moving it costs the provider's cache."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from characters.lore.compiled import CompiledBook
from characters.lore.entries import Entry
from characters.lore.outcome import Cut, Fired
from characters.lore.state import Stand

SHARE = 5  # lore has at most a fifth of what a prompt holds


@dataclass(slots=True)
class Kept:
    stable: list[Fired]
    standing: list[Fired]
    fresh: list[Fired]
    cut: list[Cut] = field(default_factory=list)
    released: list[Stand] = field(default_factory=list)
    tokens: int = 0


class Ledger:
    """First what is always there, then what stands, then what is new.

    When the new does not fit, what stood longest is let go in one go, down to half the room, so that the beginning of
    the prompt changes once and then stays; what of it was called again comes up anew. Then the lowest priority goes.
    """

    def __init__(
        self,
        books: Sequence[CompiledBook],
        *,
        room: int,
        measure: Callable[[Entry], int],
        rank: Mapping[UUID, int],
    ) -> None:
        self.budgets = {book.book.id: book.book.budget for book in books if book.book.budget is not None}
        self.room, self.measure, self.rank = room, measure, rank
        self._tokens: dict[UUID, int] = {}

    def fit(self, *, stable: list[Fired], standing: list[Fired], fresh: list[Fired], matched: list[Fired]) -> Kept:
        kept = Kept(
            stable=[self._weighed(each) for each in stable],
            standing=[self._weighed(each) for each in standing],
            fresh=[self._weighed(each) for each in fresh],
        )
        again = {each.entry.id: self._weighed(each) for each in matched}
        for book, budget in self.budgets.items():
            self._fit(kept, again, min(budget, self.room), "book_budget", partial(_is_of, book))
        self._fit(kept, again, self.room, "budget", _any)
        kept.tokens = _sum((*kept.stable, *kept.standing, *kept.fresh))
        return kept

    def _weighed(self, each: Fired) -> Fired:
        tokens = self._tokens.get(each.entry.id)
        if tokens is None:
            tokens = self._tokens[each.entry.id] = self.measure(each.entry)
        return each._replace(tokens=tokens)

    def _fit(self, kept: Kept, again: dict[UUID, Fired], room: int, cause: str, of: Callable[[Fired], bool]) -> None:
        self._lower(kept, kept.stable, room, cause, of)
        room -= _sum(filter(of, kept.stable))
        standing = [each for each in kept.standing if of(each)]
        if _sum(standing) + _sum(filter(of, kept.fresh)) > room:
            self._release(kept, again, standing, room, of)
            room -= _sum(filter(of, kept.standing))
            self._lower(kept, kept.fresh, room, cause, of)

    def _release(
        self,
        kept: Kept,
        again: dict[UUID, Fired],
        standing: list[Fired],
        room: int,
        of: Callable[[Fired], bool],
    ) -> None:
        """UUIDv7 ids of messages grow with time: the smallest stood longest."""
        wanted = min(_sum(filter(of, kept.fresh)), room)
        left = _sum(standing)
        gone = set()
        for each in sorted(standing, key=lambda each: each.stand.message if each.stand else each.entry.id):
            if left + wanted <= max(room // 2, wanted):
                break
            gone.add(each.entry.id)
            left -= each.tokens
            if each.stand is not None:
                kept.released.append(each.stand)
            if (found := again.get(each.entry.id)) is not None:
                kept.fresh.append(found)
                wanted += found.tokens
        kept.standing[:] = [each for each in kept.standing if each.entry.id not in gone]

    def _lower(self, kept: Kept, entries: list[Fired], room: int, cause: str, of: Callable[[Fired], bool]) -> None:
        """Out with what alone is too long, then with the lowest, until the rest fits."""
        if _sum(filter(of, entries)) <= room:
            return
        counted = sorted(filter(of, entries), key=self._cut_last, reverse=True)
        out = {each.entry.id: "too_long" for each in counted if each.tokens > room}
        left = sum(each.tokens for each in counted if each.entry.id not in out)
        for each in counted:
            if left <= room:
                break
            if each.entry.id not in out:
                out[each.entry.id] = cause
                left -= each.tokens
        if out:
            kept.cut += [Cut(each.entry, out[each.entry.id], each) for each in entries if each.entry.id in out]
            entries[:] = [each for each in entries if each.entry.id not in out]

    def _cut_last(self, each: Fired) -> tuple[int, int, int, int, int]:
        first, priority, order, position = each.entry.kept_before
        return (first, priority, self.rank[each.entry.book], order, position)


def _any(each: Fired) -> bool:
    return True


def _is_of(book: UUID, each: Fired) -> bool:
    return each.entry.book == book


def _sum(entries: Iterable[Fired]) -> int:
    return sum(each.tokens for each in entries)
