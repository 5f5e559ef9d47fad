"""What the model is told of a character besides its version: lore and knowledge.

Its author's talks have them as they stand now, everybody else's as they were granted with the release on stage. What
the author took away since, or switched off, is told to nobody: that needs no decision.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from characters.lore_fields import BOOK_FIELDS, ENTRY_FIELDS
from characters.models import Character, Knowledge, Lorebook, LoreEntry, Scope, StagedBook, StagedText, Visibility

SETTINGS = ("position", *(name for name in BOOK_FIELDS if name not in ("enabled", "description")))
FIELDS = tuple(name for name in ENTRY_FIELDS if name != "enabled")


@dataclass(frozen=True, slots=True)
class ToldBook:
    """A lorebook in use. `entries` are those in use, in the order of the table: FIELDS and `id`."""

    id: UUID
    revision: int
    settings: dict[str, Any]
    entries: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ToldText:
    id: UUID
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    books: tuple[ToldBook, ...] = ()
    texts: tuple[ToldText, ...] = ()


@dataclass(frozen=True, slots=True)
class Unshown:
    """Something that others do not have as it stands. `was` is empty for what they do not have at all.

    A `book` is one whose settings changed, or the order of its `entries`; each of them is `lore`. The fields of a text
    are title and text.
    """

    kind: Literal["book", "lore", "knowledge"]
    id: UUID
    book: UUID | None
    name: str
    was: dict[str, Any]
    now: dict[str, Any]

    @property
    def change(self) -> str:
        return "changed" if self.was else "new"


def told_now(character_id: UUID, *, lock: bool = False) -> Told:
    """As its author has it. Three queries. With `lock` nothing of it changes until the transaction ends."""
    books = Lorebook.objects.filter(character=character_id, enabled=True, deleted_at=None).order_by("position", "id")
    known = Knowledge.objects.filter(character=character_id, enabled=True, deleted_at=None).order_by("id")
    if lock:
        books, known = books.select_for_update(of=("self",)), known.select_for_update(of=("self",))
    found, entries = list(books), defaultdict(list)
    for entry in LoreEntry.objects.filter(book__in=found, enabled=True).order_by("position", "id"):
        entries[entry.book_id].append({"id": str(entry.pk)} | {name: getattr(entry, name) for name in FIELDS})
    return Told(
        tuple(
            ToldBook(book.pk, book.revision, {name: getattr(book, name) for name in SETTINGS}, entries[book.pk])
            for book in found
        ),
        tuple(ToldText(each.pk, each.title, each.text) for each in known.only("title", "text")),
    )


def told_on_stage(character_id: UUID) -> Told:
    """As others have it. Three queries."""
    books = Lorebook.objects.filter(character=character_id, enabled=True, deleted_at=None).values("pk")
    texts = StagedText.objects.filter(
        knowledge__character=character_id, knowledge__enabled=True, knowledge__deleted_at=None
    )
    return Told(
        tuple(staged_books(books).values()),
        tuple(ToldText(each.pk, each.title, each.text) for each in texts.order_by("pk")),
    )


def staged_books(ids: Any) -> dict[UUID, ToldBook]:
    """Those of these books that are on stage, less the entries that were taken away since. Two queries."""
    rows = list(StagedBook.objects.filter(book__in=ids).order_by("book__position", "pk"))
    left = set(LoreEntry.objects.filter(book__in=[row.pk for row in rows], enabled=True).values_list("pk", flat=True))
    return {
        row.pk: ToldBook(row.pk, row.revision, row.settings, [each for each in row.entries if UUID(each["id"]) in left])
        for row in rows
    }


def unshown(character: Character) -> list[Unshown]:
    """What of lore and knowledge others do not have as it stands; nothing while it is private."""
    if character.visibility == Visibility.PRIVATE:
        return []
    return differences(told_on_stage(character.pk), told_now(character.pk))


def differences(was: Told, now: Told) -> list[Unshown]:
    """In the order of the books and their tables, then the texts."""
    books, texts = {book.id: book for book in was.books}, {text.id: text for text in was.texts}
    found = [each for book in now.books for each in _of_book(books.get(book.id), book)]
    for text in now.texts:
        before = texts.get(text.id)
        if before != text:
            found.append(Unshown("knowledge", text.id, None, text.title, _text(before) if before else {}, _text(text)))
    return found


def _of_book(was: ToldBook | None, now: ToldBook) -> Iterable[Unshown]:
    before = {each["id"]: each for each in was.entries} if was else {}
    if was is not None:
        settings, those = _as_a_whole(was, before), _as_a_whole(now, before)
        if settings != those:
            yield Unshown("book", now.id, now.id, now.settings["name"], settings, those)
    for each in now.entries:
        known = before.get(each["id"], {})
        if known != each:
            yield Unshown("lore", UUID(each["id"]), now.id, name_of(each), known, each)


def _as_a_whole(book: ToldBook, granted: Collection[str]) -> dict[str, Any]:
    """What is not any entry's: the settings, and the order of those entries that were granted."""
    return book.settings | {"entries": [each["id"] for each in book.entries if each["id"] in granted]}


def _text(text: ToldText) -> dict[str, Any]:
    return {"title": text.title, "text": text.text}


def name_of(entry: dict[str, Any]) -> str:
    """What an entry is called: by its name, else by what calls it."""
    return entry["name"] or ", ".join(map(str, entry["keys"][:3])) or "–"


def rows_of(told: ToldBook) -> tuple[Lorebook, list[LoreEntry]]:
    """The same as rows that are not stored. What a column holds that was not there yet when it was granted is its
    default."""
    book = Lorebook(
        pk=told.id, scope=Scope.CHARACTER, **{name: told.settings[name] for name in SETTINGS if name in told.settings}
    )
    entries = [
        LoreEntry(
            pk=UUID(each["id"]),
            book_id=told.id,
            position=place,
            **{name: each[name] for name in FIELDS if name in each},
        )
        for place, each in enumerate(told.entries)
    ]
    return book, entries
