"""Which entries come up in a talk as it stands, why, and where they go. Pure: the same in, the same out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from characters.dice import chance
from characters.lore.budget import Ledger
from characters.lore.compiled import CompiledBook, entry_among
from characters.lore.entries import NOTE_DEPTH, Entry
from characters.lore.groups import one_of_each_group
from characters.lore.judge import Judge, Scene
from characters.lore.keys import Text
from characters.lore.outcome import Activation, Cut, Fired
from characters.lore.state import NOTHING_YET, Line, Stand, State

MAX_ROUNDS = 8  # entries that call entries
MAX_CALLED = 200  # entries that come up that way


@dataclass(frozen=True, slots=True)
class Moment:
    """What a talk is like besides its lines. `seed` decides by chance: the talk and the message that is answered."""

    talk: str = ""
    seed: str = ""
    greeting: int | None = None
    icon: str | None = None
    note_depth: int = NOTE_DEPTH
    # Entries that came up by meaning.
    recalled: Collection[UUID] = field(default_factory=frozenset)


def activate(
    books: Sequence[CompiledBook],
    branch: Sequence[Line],
    *,
    moment: Moment,
    state: State = NOTHING_YET,
    room: int = 1_000_000,
    measure: Callable[[Entry], int] = lambda entry: len(entry.text) // 3,
) -> Activation:
    """`branch` is oldest first and ends with what is answered. `room` and `measure` are in tokens.

    Books come in their rank: what stands earlier is cut later.
    """
    state = state.within({line.id for line in branch})
    found = _Search(books, branch, moment, state).run()
    stands = {stand.entry: stand for stand in state.standing}
    known = {each: entry for each in stands if (entry := entry_among(books, each)) is not None}
    rank = {book.book.id: number for number, book in enumerate(books)}

    stable = [each for each in found.fired.values() if each.entry.stable]
    again = [each for each in found.fired.values() if not each.entry.stable and each.entry.id in stands]
    fresh = [each for each in found.fired.values() if not each.entry.stable and each.entry.id not in stands]
    ledger = Ledger(books, room=room, measure=measure, rank=rank)
    kept = ledger.fit(
        stable=stable,
        standing=[Fired(known[each.entry], "key", stand=each) for each in state.standing if each.entry in known],
        fresh=fresh,
        matched=again,
    )
    standing = {each.entry.id for each in kept.standing}
    place = _Places(branch, moment)
    fresh = [each._replace(stand=place.of(each.entry)) for each in kept.fresh]
    state = _state_after(state, branch, kept.standing, fresh, found.fired.values(), books)

    def reading_order(each: Fired) -> tuple[int, int, int]:
        return (each.entry.order, rank[each.entry.book], each.entry.position)

    return Activation(
        stable=tuple(sorted(kept.stable, key=reading_order)),
        standing=tuple(sorted(kept.standing, key=reading_order)),
        fresh=tuple(sorted(fresh, key=reading_order)),
        again=tuple(again),
        # What stands is in the prompt, whether it would come up anew or not.
        cut=tuple(cut for cut in (*found.cut, *kept.cut) if cut.entry.id not in standing),
        missed=tuple(found.missed),
        released=tuple(kept.released),
        problems=tuple(problem for book in books for problem in book.problems),
        tokens=kept.tokens,
        room=room,
        state=state,
    )


class _Found:
    def __init__(self) -> None:
        self.fired: dict[UUID, Fired] = {}
        self.cut: list[Cut] = []
        self.missed: list[Cut] = []


class _Search:
    """Round after round: first what the talk says, then what the entries say that came up."""

    def __init__(self, books: Sequence[CompiledBook], branch: Sequence[Line], moment: Moment, state: State) -> None:
        self.books, self.moment, self.state = books, moment, state
        lines, replies = state.counted(branch)
        self.newest_first = [line.id for line in reversed(branch)]
        texts = [Text(line.text) for line in reversed(branch)]
        scene = Scene(lines=lines, replies=replies, greeting=moment.greeting, icon=moment.icon, clocks=state.clocks)
        recalled = moment.recalled
        self.judges = [Judge(book, book.found_in(texts), scene, recalled) for book in books]
        self.lost: dict[UUID, Cut] = {}
        self.missed: dict[UUID, Cut] = {}
        self._said = 0

    def run(self) -> _Found:
        found, callers = _Found(), list[Fired]()
        for number in range(MAX_ROUNDS + 1):
            callers = self._round(number, found)
            if not callers or not self._call(callers) or len(found.fired) > MAX_CALLED + self._said:
                break
        found.cut = list(self.lost.values())
        found.missed = [cut for entry, cut in self.missed.items() if entry not in found.fired]
        return found

    def _round(self, number: int, found: _Found) -> list[Fired]:
        """What comes up now; those of it that may call others."""
        fresh: list[Fired] = []
        for judge in self.judges:
            for candidate in judge.candidates():
                entry = judge.book.entries[candidate]
                verdict = judge.judge(candidate, number)
                if verdict is None:
                    continue
                fired = Fired(
                    entry,
                    verdict.why,
                    verdict.key,
                    self.newest_first[verdict.at] if verdict.at is not None else None,
                    judge.callers.get(verdict.number) if verdict.why == "entry" else None,
                    number,
                )
                if verdict.cause == "secondary":
                    self.missed[entry.id] = Cut(entry, "secondary", fired)
                    continue
                judge.closed.add(candidate)
                if verdict.cause:
                    self.lost[entry.id] = Cut(entry, verdict.cause, fired)
                elif entry.probability < 100 and verdict.why not in ("sticky", "latched"):
                    if chance(self.moment.seed, entry.id, 100) < entry.probability:
                        fresh.append(fired)
                    else:
                        self.lost[entry.id] = Cut(entry, "chance", fired)
                else:
                    fresh.append(fired)
        standing = {stand.entry for stand in self.state.standing}
        fresh, losers = one_of_each_group(
            fresh, held=found.fired.values(), standing=standing, moment=(self.moment.talk, self.moment.seed)
        )
        for loser in losers:
            self.lost[loser.entry.id] = Cut(loser.entry, "group", loser)
        found.fired |= {each.entry.id: each for each in fresh}
        if number == 0:
            self._said = len(found.fired)
        return fresh

    def _call(self, callers: list[Fired]) -> bool:
        """Let the texts of entries be looked through; whether they held a key that was not known yet."""
        called = False
        recursive = {judge.book.book.id for judge in self.judges if judge.book.book.recursive}
        for caller in callers:
            if caller.entry.prevent_recursion or caller.entry.book not in recursive:
                continue
            for judge in self.judges:
                if judge.book.book.recursive and judge.hear(caller.entry):
                    called = True
        return called


class _Places:
    """Where a fresh entry is put into the talk."""

    def __init__(self, branch: Sequence[Line], moment: Moment) -> None:
        self.ids = [line.id for line in branch]
        self.note_depth = moment.note_depth

    def of(self, entry: Entry) -> Stand | None:
        if not self.ids:
            return None
        if entry.from_start:
            after = entry.depth - 1
        elif entry.place == "at_depth":
            after = len(self.ids) - 1 - entry.depth
        elif entry.place in ("note_top", "note_bottom"):
            after = len(self.ids) - 1 - self.note_depth
        else:
            # Said now: right behind what called it, and there it stays.
            after = len(self.ids) - 1
        if after < 0:
            return Stand(entry.id, self.ids[0], before=True)
        return Stand(entry.id, self.ids[min(after, len(self.ids) - 1)])


def _state_after(
    state: State,
    branch: Sequence[Line],
    standing: Sequence[Fired],
    fresh: Sequence[Fired],
    fired: Collection[Fired],
    books: Sequence[CompiledBook],
) -> State:
    lines, replies = state.counted(branch)
    clocks = {}
    for book in books:
        for entry_id, at in state.clocks.items():
            number = book.by_id.get(entry_id)
            if number is not None:
                entry = book.entries[number]
                if entry.latch or lines - at <= entry.sticky + entry.cooldown:
                    clocks[entry_id] = at
    kept = {each.entry.id for each in fresh}
    for each in fired:
        if each.entry.has_clock and each.why != "sticky" and each.entry.id in kept and each.entry.id not in clocks:
            clocks[each.entry.id] = lines
    stands = [each.stand for each in (*standing, *fresh) if each.stand is not None]
    return State(
        at=branch[-1].id if branch else None, lines=lines, replies=replies, standing=tuple(stands), clocks=clocks
    )
