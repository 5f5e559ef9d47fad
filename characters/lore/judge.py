"""One entry against the talk as it stands: does something call it, and do its conditions hold?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from characters.lore.compiled import CompiledBook
from characters.lore.entries import Entry
from characters.lore.keys import keys_in
from characters.lore.outcome import Cause, Why


@dataclass(frozen=True, slots=True)
class Scene:
    """How far the talk is, and when entries with a clock fired."""

    lines: int
    replies: int
    greeting: int | None
    icon: str | None
    clocks: Mapping[UUID, int]


class Verdict(NamedTuple):
    """`key` is the index among the entry's keys, `number` that key in the book, `at` how far back it was found."""

    why: Why
    cause: Cause = ""
    key: int | None = None
    number: int = -1
    at: int | None = None


class Judge:
    """A book in this turn: the keys that the talk holds, and those that entries hold which came up."""

    def __init__(self, book: CompiledBook, found: dict[int, int], scene: Scene, recalled: Collection[UUID]) -> None:
        self.book, self.found, self.scene = book, found, scene
        self.heard: set[int] = set()
        self.callers: dict[int, UUID] = {}
        self.closed: set[int] = set()  # decided for this turn, one way or the other
        self._waiting: set[int] = set(book.always)
        self._recalled = {book.by_id[each] for each in recalled if each in book.by_id}
        self._waiting |= self._recalled | {book.by_id[each] for each in scene.clocks if each in book.by_id}
        for key in found:
            self._waiting.update(book.owners.get(key, ()))

    def candidates(self) -> Iterable[int]:
        """Everything else has no reason to come up."""
        return sorted(self._waiting - self.closed)

    def hear(self, caller: Entry) -> bool:
        """An entry came up: what does its text call? False when it says nothing new."""
        new = self.book.called_by(caller.text) - self.heard
        self.heard |= new
        for key in new:
            self.callers[key] = caller.id
            self._waiting.update(self.book.owners.get(key, ()))
        return bool(new)

    def judge(self, number: int, round_: int) -> Verdict | None:
        """None when nothing calls it yet."""
        entry = self.book.entries[number]
        verdict = self._called(number, entry)
        if verdict is None:
            return None
        if entry.delay_until_recursion > round_:
            return None
        cause = self._fails(number, entry, verdict)
        return Verdict(verdict.why, cause, verdict.key, verdict.number, verdict.at) if cause else verdict

    def _called(self, number: int, entry: Entry) -> Verdict | None:
        if entry.forced:
            return Verdict("forced")
        if entry.constant:
            return Verdict("constant")
        fired = self._fired(entry)
        if fired is not None and entry.latch == "on":
            return Verdict("latched")
        if fired is not None and entry.sticky and self.scene.lines - fired <= entry.sticky:
            return Verdict("sticky")
        verdict = self._by_key(number, entry)
        if verdict is None and number in self._recalled:
            return Verdict("meaning")
        if verdict is not None and not self._secondary_hold(number, entry):
            return Verdict(verdict.why, "secondary", verdict.key, verdict.number, verdict.at)
        return verdict

    def _fired(self, entry: Entry) -> int | None:
        """When it fired, for entries with a clock."""
        return self.scene.clocks.get(entry.id) if self.scene.clocks else None

    def _by_key(self, number: int, entry: Entry) -> Verdict | None:
        """The key that was found nearest to the end; then one that an entry called."""
        keys = self.book.primary[number]
        nearest = min(keys_in(keys, self.found, entry.scan_depth), key=self.found.__getitem__, default=None)
        if nearest is not None:
            return Verdict("key", "", keys.index(nearest), nearest, self.found[nearest])
        if entry.exclude_recursion:
            return None
        called = next((key for key in keys if key in self.heard), None)
        return None if called is None else Verdict("entry", "", keys.index(called), called)

    def _holds(self, key: int, entry: Entry) -> bool:
        return self.found.get(key, entry.scan_depth) < entry.scan_depth or (
            key in self.heard and not entry.exclude_recursion
        )

    def _secondary_hold(self, number: int, entry: Entry) -> bool:
        keys = self.book.secondary[number]
        if not keys:
            return True
        held = [self._holds(key, entry) for key in keys]
        match entry.logic:
            case "and_all":
                return all(held)
            case "not_any":
                return not any(held)
            case "not_all":
                return not all(held)
            case _:
                return any(held)

    def _fails(self, number: int, entry: Entry, verdict: Verdict) -> str:
        if verdict.cause:
            return verdict.cause
        scene = self.scene
        if scene.lines < entry.delay:
            return "delay"
        if scene.replies < entry.after:
            return "after"
        if entry.every and (not scene.replies or scene.replies % entry.every):
            return "every"
        if entry.greeting is not None and entry.greeting != scene.greeting:
            return "greeting"
        if entry.icon is not None and entry.icon != scene.icon:
            return "icon"
        if any(self._holds(key, entry) for key in self.book.excluded[number]):
            return "excluded"
        if not all(self._holds(key, entry) for key in self.book.needed[number]):
            return "needed"
        fired = self._fired(entry)
        if fired is not None and verdict.why not in ("sticky", "latched"):
            if entry.latch == "off":
                return "once"
            if scene.lines - fired <= entry.sticky + entry.cooldown:
                return "cooldown"
        return ""
