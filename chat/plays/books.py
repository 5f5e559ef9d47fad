"""Stories in this process, by version: one never changes, so its row is read once."""

from collections import OrderedDict
from uuid import UUID

from chat.database import in_thread
from stories.book import Book
from stories.books import book_of
from stories.models import StoryVersion

KEPT = 64
_books: OrderedDict[UUID, Book] = OrderedDict()


async def read_book(version_id: UUID) -> Book:
    if (book := _books.get(version_id)) is not None:
        _books.move_to_end(version_id)
        return book
    book = _books[version_id] = await _read(version_id)
    while len(_books) > KEPT:
        _books.popitem(last=False)
    return book


@in_thread
def _read(version_id: UUID) -> Book:
    return book_of(StoryVersion.objects.get(pk=version_id))
