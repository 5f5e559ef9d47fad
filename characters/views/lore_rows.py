"""An entry as a row of the table, and as the form beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from characters.lore import CompiledBook, book_of
from characters.lore_words import PROBLEMS
from characters.models import Logic, LoreEntry, Place, Role
from inference.tokens import estimate

SHOWN_KEYS = 6
# The one question with four answers stands in two columns.
NO_SECOND = "none"


@dataclass(frozen=True, slots=True)
class Row:
    entry: LoreEntry
    tokens: int

    @property
    def name(self) -> str:
        return self.entry.name or (self.entry.keys[0] if self.entry.keys else "")

    @property
    def keys(self) -> list[str]:
        return self.entry.keys[:SHOWN_KEYS]

    @property
    def more_keys(self) -> int:
        return max(0, len(self.entry.keys) - SHOWN_KEYS)

    @property
    def mute(self) -> bool:
        """Nothing can call it."""
        entry = self.entry
        return not (entry.keys or entry.constant or entry.by_meaning or "@@activate" in entry.content)

    @property
    def searched(self) -> str:
        entry = self.entry
        return " ".join((entry.name, *entry.keys, *entry.secondary_keys, entry.content)).casefold()[:4_000]


def row_of(entry: LoreEntry) -> Row:
    return Row(entry, estimate(entry.content))


def rows_of(entries: Iterable[LoreEntry]) -> list[Row]:
    return [row_of(entry) for entry in entries]


def form_of(entry: LoreEntry) -> dict[str, Any]:
    """The context of characters/lore/_entry.html."""
    return {
        "entry": entry,
        "row": row_of(entry),
        "keys": "\n".join(entry.keys),
        "secondary_keys": "\n".join(entry.secondary_keys),
        "places": Place.choices,
        "roles": Role.choices,
        "logics": [(NO_SECOND, _("no second condition")), *Logic.choices],
        "logic": entry.logic if entry.selective else NO_SECOND,
        "problems": problems_of(entry),
    }


def problems_of(entry: LoreEntry) -> list[dict[str, str]]:
    """Keys that find nothing, with the reason in words."""
    book = CompiledBook(book_of(entry.book, [entry])) if entry.enabled else None
    return [{"key": each.key, "says": str(PROBLEMS[each.code])} for each in (book.problems if book else [])]
