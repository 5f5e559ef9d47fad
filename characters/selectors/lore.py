"""Every read of lorebooks. A stranger's book and a missing one look alike: NotFound.

A character's book belongs to the character's author, every other to the player who wrote it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.errors import NotFound
from accounts.models import User
from accounts.retention import gone_since
from characters.lore import Book, CompiledBook, book_of
from characters.lore.state import Line
from characters.models import Lorebook, LoreEntry
from characters.selectors.stage import rows_of, staged_books

A_PART = 100  # rows of a table that are sent at once


class Talks(Protocol):
    """What the app above knows of conversations, for books of theirs and for trying a book on them."""

    def listed(self, user: User) -> list[tuple[UUID, str]]:
        """The newest ones, with their titles."""

    def titles(self, user: User, ids: Sequence[UUID]) -> dict[UUID, str]: ...

    def owns(self, user: User, conversation_id: UUID) -> bool:
        """Whether somebody may write a book for it."""

    def lines(self, user: User, conversation_id: UUID) -> Sequence[Line]:
        """What was said last, oldest first. NotFound for strangers."""


class NoTalks:
    def listed(self, user: User) -> list[tuple[UUID, str]]:
        return []

    def titles(self, user: User, ids: Sequence[UUID]) -> dict[UUID, str]:
        return {}

    def owns(self, user: User, conversation_id: UUID) -> bool:
        return False

    def lines(self, user: User, conversation_id: UUID) -> Sequence[Line]:
        raise NotFound


_talks: list[Talks] = [NoTalks()]


def talks() -> Talks:
    return _talks[-1]


def on_talks(known: Talks) -> None:
    """Called from `AppConfig.ready` of the app that has conversations."""
    _talks[:] = [known]


def books_for(user: User) -> "QuerySet[Lorebook]":
    """Those this user may open and change, the thrown away ones too. Books of a preset are nobody's."""
    return Lorebook.objects.filter(
        Q(owner=user) & (Q(character__isnull=True) | Q(character__owner=user, character__deleted_at=None))
    )


def get_book(*, user: User, book_id: UUID) -> Lorebook:
    """One that is not thrown away, with who it belongs to."""
    found = books_for(user).filter(pk=book_id, deleted_at=None).select_related("character__published", "persona")
    book = found.first()
    if book is None:
        raise NotFound
    return book


def get_entry(*, user: User, book_id: UUID, entry_id: UUID) -> LoreEntry:
    entry = LoreEntry.objects.filter(pk=entry_id, book=get_book(user=user, book_id=book_id)).select_related("book")
    found = entry.first()
    if found is None:
        raise NotFound
    return found


def listed_books(user: User) -> list[Lorebook]:
    """For the page of all books, with `entry_count`. One query, and those of what they belong to."""
    found = books_for(user).filter(deleted_at=None).annotate(entry_count=Count("entries"))
    return list(found.select_related("character__published", "persona").order_by("scope", "position", "-updated_at"))


def thrown_books(user: User) -> list[Lorebook]:
    """What can still be brought back, last thrown first. One query."""
    found = books_for(user).filter(deleted_at__gte=gone_since()).order_by("-deleted_at")
    return list(found.select_related("character__published", "persona"))


def entries_of(book: Lorebook) -> list[LoreEntry]:
    """In the order of the table."""
    return list(book.entries.order_by("position", "id"))


@dataclass(frozen=True, slots=True)
class Part:
    """Entries that follow one another in the table, and how many there are in all."""

    entries: list[LoreEntry]
    all: int


def part_of(book: Lorebook, *, words: str = "", behind: UUID | None = None, most: int = A_PART) -> Part:
    """The next ones in the order of the table, of those that have all the words in them.

    `behind` is the last one that is known: NotFound when it is not in the book any more. Two queries, three with it.
    """
    entries = book.entries.order_by("position", "id")
    found = _with_words(entries, words) if words.split() else None
    total = len(found) if found is not None else entries.count()
    if behind is None:
        return Part(found[:most] if found is not None else list(entries[:most]), total)
    place = entries.filter(pk=behind).values_list("position", "pk").first()
    if place is None:
        raise NotFound
    if found is not None:
        return Part([entry for entry in found if (entry.position, entry.pk) > place][:most], total)
    rest = entries.filter(Q(position__gt=place[0]) | Q(position=place[0], id__gt=place[1]))
    return Part(list(rest[:most]), total)


def ids_of(book: Lorebook, *, words: str = "") -> list[UUID]:
    """All of them, or those that have all the words in them, in the order of the table."""
    entries = book.entries.order_by("position", "id")
    if words.split():
        return [entry.pk for entry in _with_words(entries, words)]
    return list(entries.values_list("pk", flat=True))


def _with_words(entries: "QuerySet[LoreEntry]", words: str) -> list[LoreEntry]:
    wanted = words.lower().split()
    found = []
    for entry in entries:
        text = "\n".join((entry.name, *entry.keys, *entry.secondary_keys, entry.content)).lower()
        if all(word in text for word in wanted):
            found.append(entry)
    return found


def book_in_play(book: Lorebook) -> Book:
    return book_of(book, book.entries.order_by("position", "id"))


def compiled_books(ids: Iterable[UUID]) -> dict[UUID, CompiledBook]:
    """As they stand, ready to be looked through, by id. Two queries. Whose they are, the caller knows."""
    books = {book.pk: book for book in Lorebook.objects.filter(pk__in=list(ids))}
    entries: defaultdict[UUID | None, list[LoreEntry]] = defaultdict(list)
    for entry in LoreEntry.objects.filter(book__in=list(books), enabled=True).order_by("position", "id"):
        entries[entry.book_id].append(entry)
    return {pk: CompiledBook(book_of(book, entries[pk])) for pk, book in books.items()}


def compiled_on_stage(ids: Iterable[UUID]) -> dict[UUID, CompiledBook]:
    """As they were granted, for whoever is not their author. Two queries."""
    told = ((book.id, rows_of(book)) for book in staged_books(list(ids)).values())
    return {pk: CompiledBook(book_of(*rows, staged=True)) for pk, rows in told}


def books_of_character(character_id: UUID | None, *, staged: bool = False) -> tuple[CompiledBook, ...]:
    """Those in use, by rank, for a character without a talk of ours. Three queries, none without a character.

    `staged`: for whoever is not its author, as they were granted.
    """
    if character_id is None:
        return ()
    books = Lorebook.objects.filter(character=character_id, enabled=True, deleted_at=None)
    ids = list(books.order_by("position", "id").values_list("pk", flat=True))
    compiled = compiled_on_stage(ids) if staged else compiled_books(ids)
    return tuple(compiled[pk] for pk in ids if pk in compiled)
