"""Every read of lorebooks. A stranger's book and a missing one look alike: NotFound.

A character's book belongs to the character's author, every other to the player who wrote it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


def books_of_character(character_id: UUID | None) -> tuple[CompiledBook, ...]:
    """Those in use, by rank, for a character that is being tried. Three queries, none without a character."""
    if character_id is None:
        return ()
    books = Lorebook.objects.filter(character=character_id, enabled=True, deleted_at=None)
    ids = list(books.order_by("position", "id").values_list("pk", flat=True))
    compiled = compiled_books(ids)
    return tuple(compiled[pk] for pk in ids)
