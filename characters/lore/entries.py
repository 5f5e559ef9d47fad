"""What the engine works on: entries and books, with what a book leaves open filled in and decorators read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from characters.lore.decorators import Decorators, read_decorators

SCAN_DEPTH = 4  # messages, where neither entry nor book says
NOTE_DEPTH = 4  # where an author's note stands that does not say

Role = Literal["system", "user", "assistant"]
# The places that the format names in its decorators.
POSITIONS = {
    "before_desc": "before_char",
    "after_desc": "after_char",
    "personality": "after_char",
    "scenario": "scenario",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact. Counts are in messages, `after` and `every` in replies; `text` still holds its macros."""

    id: UUID
    book: UUID
    name: str = ""
    text: str = ""
    keys: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    logic: str = "and_any"
    use_regex: bool = False
    case_sensitive: bool = False
    whole_words: bool = False
    constant: bool = False
    by_meaning: bool = False
    scan_depth: int = SCAN_DEPTH
    probability: int = 100
    sticky: int = 0
    cooldown: int = 0
    delay: int = 0
    groups: tuple[str, ...] = ()
    group_weight: int = 100
    group_override: bool = False
    exclude_recursion: bool = False
    prevent_recursion: bool = False
    delay_until_recursion: int = 0
    place: str = "before_char"
    depth: int = NOTE_DEPTH
    from_start: bool = False
    role: Role = "system"
    order: int = 100
    priority: int = 10
    position: int = 0
    # What only decorators say
    forced: bool = False
    off: bool = False
    after: int = 0
    every: int = 0
    latch: str = ""  # "on": stays once it came up; "off": comes up once
    greeting: int | None = None
    icon: str | None = None
    needed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    first_to_go: bool = False

    @property
    def stable(self) -> bool:
        """In every prompt of a talk alike, so that it may stand in the part that providers cache."""
        varies = self.probability < 100 or self.cooldown or self.delay or self.after or self.every or self.latch
        return (self.constant or self.forced) and not (
            varies or self.needed or self.excluded or self.delay_until_recursion
        )

    @property
    def has_clock(self) -> bool:
        """When it fired matters later."""
        return bool(self.sticky or self.cooldown or self.latch)

    @property
    def kept_before(self) -> tuple[int, int, int, int]:
        """What sorts first is cut last."""
        return (int(self.first_to_go), -self.priority, self.order, self.position)


@dataclass(frozen=True, slots=True)
class Book:
    """`entries` are those in use, in the order of the table. `budget` is in tokens; None leaves it to the prompt.

    `staged`: as it was granted, for whoever is not its author.
    """

    id: UUID
    name: str = ""
    entries: tuple[Entry, ...] = ()
    scope: str = "character"
    budget: int | None = None
    recursive: bool = False
    position: int = 0
    staged: bool = False


def book_of(row: Any, entries: Iterable[Any], *, staged: bool = False) -> Book:
    """From a Lorebook and its entries, or anything with their fields."""
    depth = row.scan_depth if row.scan_depth is not None else SCAN_DEPTH
    return Book(
        id=row.id,
        name=row.name,
        entries=tuple(entry_of(entry, book=row.id, scan_depth=depth) for entry in entries if entry.enabled),
        scope=str(row.scope),
        budget=row.token_budget,
        recursive=bool(row.recursive),
        position=row.position,
        staged=staged,
    )


def entry_of(row: Any, *, book: UUID, scan_depth: int = SCAN_DEPTH) -> Entry:
    decorators, text = read_decorators(row.content)
    own_depth = row.scan_depth if row.scan_depth is not None else scan_depth
    place, depth, from_start = _where(row, decorators)
    return Entry(
        id=row.id,
        book=book,
        name=row.name,
        text=text,
        keys=_clean(row.keys),
        secondary=_clean(row.secondary_keys) if row.selective else (),
        logic=str(row.logic),
        use_regex=row.use_regex,
        case_sensitive=bool(row.case_sensitive),
        whole_words=bool(row.whole_words),
        constant=row.constant,
        by_meaning=row.by_meaning,
        scan_depth=decorators.number("scan_depth", own_depth),
        probability=row.probability,
        sticky=row.sticky,
        cooldown=row.cooldown,
        delay=row.delay,
        groups=tuple(name.strip() for name in row.group.split(",") if name.strip()),
        group_weight=max(0, row.group_weight),
        group_override=row.group_override,
        exclude_recursion=row.exclude_recursion,
        prevent_recursion=row.prevent_recursion,
        delay_until_recursion=row.delay_until_recursion,
        place=place,
        depth=depth,
        from_start=from_start,
        role=decorators.word("role") or str(row.role),  # type: ignore[arg-type]
        order=row.order,
        priority=row.priority,
        position=row.position,
        forced="activate" in decorators,
        off="dont_activate" in decorators and "activate" not in decorators,
        after=decorators.number("activate_only_after", 0),
        every=decorators.number("activate_only_every", 0),
        latch="on" if "keep_activate_after_match" in decorators
        else "off" if "dont_activate_after_match" in decorators else "",
        greeting=decorators.number("is_greeting", None),
        icon=decorators.word("is_user_icon"),
        needed=decorators.words("additional_keys"),
        excluded=decorators.words("exclude_keys"),
        first_to_go="ignore_on_max_context" in decorators,
    )  # fmt: skip


def _where(row: Any, decorators: Decorators) -> tuple[str, int, bool]:
    """A named place wins over a depth."""
    if position := decorators.word("position"):
        return POSITIONS[position], row.depth, False
    if "depth" in decorators:
        return "at_depth", decorators.number("depth", row.depth), False
    if "reverse_depth" in decorators:
        return "at_depth", decorators.number("reverse_depth", row.depth), True
    return str(row.place), row.depth, False


def _clean(keys: Iterable[Any]) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys if isinstance(key, str) and key.strip())
