"""Stories of the database, ready to be played: compiled once in each process, by what they say."""

from collections import OrderedDict

from stories.book import Book, compiled
from stories.format import read_file
from stories.models import StoryVersion

KEPT = 64
NAME = "story.yaml"
_known: OrderedDict[str, Book] = OrderedDict()


def book_of(version: StoryVersion) -> Book:
    """A version was checked when it was written. Raises Unfit for one that a later release of ours cannot read."""
    book = _known.pop(version.digest, None) or book_from(version.source)
    _known[version.digest] = book
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return book


def book_from(source: str) -> Book:
    """Raises Unfit with everything that is wrong, by line and path."""
    return compiled(read_file(source, NAME))
