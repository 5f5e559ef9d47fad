"""An entry as a row of the table, and as the form beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from characters.lore import CompiledBook, book_of
from characters.lore_words import PROBLEMS
from characters.models import Logic, Lorebook, LoreEntry, Place, Role
from inference.tokens import estimate

SHOWN_KEYS = 6
# The one question with four answers stands in two columns.
NO_SECOND = "none"


class Words:
    """What every row of a table says, looked up once: there may be thousands of rows."""

    def __init__(self, book_id: UUID) -> None:
        self.editor = reverse("lorebook", args=[book_id])
        self.nameless = gettext("Without a name")
        self.move = gettext("Move “%(name)s”")
        self.choose = gettext("Choose “%(name)s”")
        self.use = gettext("“%(name)s” in use")
        self.always = pgettext("a lore entry", "always")
        self.mute = gettext("nothing calls it")
        self.tokens = gettext("tokens")
        self.grip, self.pin, self.warn = (_icon(name) for name in ("grip", "pin", "warn"))


def _icon(name: str) -> SafeString:
    mark = '<svg class="icon icon--s" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return format_html(mark, static("img/icons.svg"), name)


@dataclass(frozen=True, slots=True)
class Row:
    entry: LoreEntry
    tokens: int
    words: Words

    @property
    def name(self) -> str:
        return self.entry.name or (self.entry.keys[0] if self.entry.keys else "")

    @property
    def called(self) -> str:
        return self.name or self.words.nameless

    @property
    def move(self) -> str:
        return self.words.move % {"name": self.called}

    @property
    def choose(self) -> str:
        return self.words.choose % {"name": self.called}

    @property
    def use(self) -> str:
        return self.words.use % {"name": self.called}

    @property
    def keys(self) -> SafeString:
        """The first few, and how many more."""
        more = len(self.entry.keys) - SHOWN_KEYS
        shown = format_html_join("", "<kbd>{}</kbd>", ([key] for key in self.entry.keys[:SHOWN_KEYS]))
        return format_html('{}<span class="quiet">+{}</span>', shown, more) if more > 0 else shown

    @property
    def mute(self) -> bool:
        """Nothing can call it."""
        entry = self.entry
        return not (entry.keys or entry.constant or entry.by_meaning or "@@activate" in entry.content)


def row_of(entry: LoreEntry, words: Words) -> Row:
    return Row(entry, estimate(entry.content), words)


def rows_of(book: Lorebook, entries: Iterable[LoreEntry]) -> list[Row]:
    words = Words(book.pk)
    return [row_of(entry, words) for entry in entries]


def form_of(entry: LoreEntry) -> dict[str, Any]:
    """The context of characters/lore/_entry.html."""
    return {
        "entry": entry,
        "tokens": estimate(entry.content),
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
