"""A book made ready once, to be looked through at every turn."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from characters.lore.entries import Book, Entry
from characters.lore.keys import Keys, Problem, Text, pattern_problem
from characters.lore.patterns import BadPattern
from characters.macros import hidden_keys_shown

KEPT_CALLS = 5_000


class CompiledBook:
    """Entries by number, their keys by number, and who has which key. Immutable once made, safe between threads."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.keys = Keys()
        self.problems: list[Problem] = []
        self.entries = [entry for entry in book.entries if not entry.off]
        self.by_id = {entry.id: number for number, entry in enumerate(self.entries)}
        self.owners: defaultdict[int, list[int]] = defaultdict(list)
        self.primary = [self._numbers(entry, entry.keys) for entry in self.entries]
        self.secondary = [self._numbers(entry, entry.secondary) for entry in self.entries]
        self.needed = [self._numbers(entry, entry.needed) for entry in self.entries]
        self.excluded = [self._numbers(entry, entry.excluded) for entry in self.entries]
        self.keys.build()
        for number, keys in enumerate(self.primary):
            for key in dict.fromkeys(key for key in keys if key >= 0):
                self.owners[key].append(number)
        self.always = [number for number, entry in enumerate(self.entries) if entry.constant or entry.forced]
        self.asks_greeting = any(entry.greeting is not None for entry in self.entries)
        self.reach = max((entry.scan_depth for entry in self.entries), default=0)
        self._calls: dict[str, frozenset[int]] = {}

    def _numbers(self, entry: Entry, keys: Iterable[str]) -> tuple[int, ...]:
        """-1 for a key that cannot be run: it is not found, and its neighbours keep their places."""
        numbers = []
        for key in keys:
            try:
                number = self.keys.add(
                    key,
                    case_sensitive=entry.case_sensitive,
                    whole_words=entry.whole_words,
                    use_regex=entry.use_regex,
                )
            except BadPattern as error:
                self.problems.append(pattern_problem(entry.id, key, error))
                number = -1
            numbers.append(number)
        return tuple(numbers)

    def found_in(self, texts: Sequence[Text]) -> dict[int, int]:
        return self.keys.find(texts[: self.reach]) if self.reach else {}

    def called_by(self, text: str) -> frozenset[int]:
        """The keys that the text of an entry holds. Texts do not change, so each is looked through once."""
        if (known := self._calls.get(text)) is None:
            if len(self._calls) >= KEPT_CALLS:
                self._calls.clear()
            known = self._calls[text] = frozenset(self.keys.find([Text(hidden_keys_shown(text))]))
        return known


def compile_books(books: Iterable[Book]) -> tuple[CompiledBook, ...]:
    return tuple(CompiledBook(book) for book in books)


def entry_among(books: Iterable[CompiledBook], entry_id: UUID) -> Entry | None:
    for book in books:
        if (number := book.by_id.get(entry_id)) is not None:
            return book.entries[number]
    return None
