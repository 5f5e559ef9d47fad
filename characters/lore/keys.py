"""All keys of a book at once: literal ones by an automaton in a single pass over a text, patterns one by one."""

import hashlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import ahocorasick

from characters.lore.patterns import BadPattern, compile_pattern, is_pattern

MAX_KEY = 500
MAX_SCANNED = 100_000  # characters a look; the newest come first
MAX_HITS = 200_000
KEPT_TEXTS = 1_000  # of which it is known what they hold
MAX_STEPS = 30_000_000  # bytes of text times instructions of a pattern
# Scripts that put no gaps between words: there every place is a boundary.
_GAPLESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Text:
    """A text to look through: composed, and folded once for all books."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def mark(self) -> bytes:
        """By which a text is known again; nobody's words are kept for it."""
        return hashlib.blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    @cached_property
    def plain(self) -> str:
        return unicodedata.normalize("NFC", self.text)

    @cached_property
    def folded(self) -> str:
        return self.plain.casefold()

    @cached_property
    def encoded(self) -> bytes:
        return self.plain.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Problem:
    """A key that finds nothing, and why: a code of BadPattern."""

    entry: UUID
    key: str
    code: str
    detail: str = ""


class Held(NamedTuple):
    """Which keys a text holds, and how long it is in letters and bytes."""

    numbers: tuple[int, ...]
    letters: int
    encoded: int


class Keys:
    """Numbers for keys; `find` says how far from the newest text each was found."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool, bool], int] = {}
        self._literal: dict[bool, dict[str, list[tuple[int, bool]]]] = {False: {}, True: {}}
        self._patterns: list[tuple[int, Any, int]] = []
        self._automata: list[tuple[bool, Any]] = []
        self.sources: list[str] = []
        self._held: OrderedDict[bytes, Held] = OrderedDict()
        self._steps = 0

    def __len__(self) -> int:
        return len(self.sources)

    def add(self, key: str, *, case_sensitive: bool, whole_words: bool, use_regex: bool) -> int:
        """The number of a key. BadPattern when it is a pattern that cannot be run."""
        key = unicodedata.normalize("NFC", key)
        if use_regex and is_pattern(key):
            identity = (key, True, False)
            if identity not in self._numbers:
                pattern = compile_pattern(key)
                self._patterns.append((len(self), pattern, pattern.programsize))
                self._number(identity)
            return self._numbers[identity]
        key = key[:MAX_KEY]
        word = key if case_sensitive else key.casefold()
        identity = (f"={word}" if case_sensitive else f"~{word}", False, whole_words)
        if identity not in self._numbers:
            self._literal[case_sensitive].setdefault(word, []).append((len(self), whole_words))
            self._number(identity, key)
        return self._numbers[identity]

    def _number(self, identity: tuple[str, bool, bool], source: str = "") -> None:
        self._numbers[identity] = len(self)
        self.sources.append(source or identity[0])

    def build(self) -> "Keys":
        for exact, words in self._literal.items():
            if words:
                automaton = ahocorasick.Automaton()
                for number, (word, numbers) in enumerate(words.items()):
                    automaton.add_word(word, (number, len(word), tuple(numbers)))
                automaton.make_automaton()
                self._automata.append((exact, automaton))
        self._steps = sum(size for _, _, size in self._patterns)
        return self

    def find(self, texts: Sequence[Text]) -> dict[int, int]:
        """Newest text first. Key number -> index of the newest text that holds it.

        From turn to turn a talk grows by a message or two, so what a text holds is looked up once.
        """
        found: dict[int, int] = {}
        hits, letters, steps = MAX_HITS, 0, 0
        for index, text in enumerate(texts):
            held = self._held.get(text.mark)
            if held is None:
                held, hits = self._look_through(text, hits)
            letters += held.letters
            steps += held.encoded * self._steps
            if hits <= 0 or letters > MAX_SCANNED or steps > MAX_STEPS:
                return self.search(texts)[0]
            for number in held.numbers:
                if number not in found:
                    found[number] = index
        return found

    def _look_through(self, text: Text, hits: int) -> "tuple[Held, int]":
        numbers, hits = self.search([text], hits)
        held = Held(tuple(numbers), len(text.plain), len(text.encoded))
        if hits > 0:
            self._held[text.mark] = held
            if len(self._held) > KEPT_TEXTS:
                self._held.popitem(last=False)
        return held, hits

    def search(self, texts: Sequence[Text], most: int = MAX_HITS) -> tuple[dict[int, int], int]:
        """The same with each text looked through, and how many of `most` hits are left."""
        found: dict[int, int] = {}
        least = most
        for exact, automaton in self._automata:
            hits, left, done = most, MAX_SCANNED, set[int]()
            for index, text in enumerate(texts):
                searched = (text.plain if exact else text.folded)[-left:]
                for end, (word, length, numbers) in automaton.iter(searched):
                    hits -= 1
                    if word in done:
                        if hits > 0:
                            continue
                        break
                    missing = False
                    for number, whole in numbers:
                        if number not in found:
                            if not whole or stands_alone(searched, end + 1 - length, end + 1):
                                found[number] = index
                            else:
                                missing = True
                    if not missing:
                        done.add(word)
                left -= len(searched)
                if left <= 0 or hits <= 0:
                    break
            least = min(least, hits)
        if self._patterns:
            self._find_patterns(texts, found)
        return found, least

    def _find_patterns(self, texts: Sequence[Text], found: dict[int, int]) -> None:
        steps = MAX_STEPS
        left = self._patterns
        for index, text in enumerate(texts):
            encoded, missing = text.encoded, []
            for each in left:
                number, pattern, size = each
                steps -= len(encoded) * size
                if steps < 0:
                    return
                if pattern.search(encoded) is not None:
                    found[number] = index
                else:
                    missing.append(each)
            left = missing

    def spans(self, text: Text, numbers: set[int]) -> list[tuple[int, int]]:
        """Where these keys stand in `text.plain`, for somebody who wants to see it."""
        at = _positions(text.plain)
        spans = []
        for exact, automaton in self._automata:
            searched = text.plain if exact else text.folded
            for end, (_, length, keys) in automaton.iter(searched):
                start, stop = end + 1 - length, end + 1
                if any(key in numbers and (not whole or stands_alone(searched, start, stop)) for key, whole in keys):
                    spans.append((start, stop) if exact else (at[start], at[stop - 1] + 1))
        for number, pattern, _ in self._patterns:
            if number in numbers:
                spans += [match.span() for match in pattern.finditer(text.plain)]
        return sorted({(start, stop) for start, stop in spans if stop > start})


def _positions(plain: str) -> list[int]:
    """For each character of the folded text, which one it came from: “ß” folds to two."""
    return [index for index, letter in enumerate(plain) for _ in letter.casefold()]


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether what stands there is a word, or words, of its own."""
    return not (
        (start > 0 and _in_word(text[start - 1]) and _in_word(text[start]))
        or (end < len(text) and _in_word(text[end - 1]) and _in_word(text[end]))
    )


def _in_word(letter: str) -> bool:
    return (letter.isalnum() and (letter.isascii() or not _GAPLESS.match(letter))) or letter == "_"


def pattern_problem(entry: UUID, key: str, error: BadPattern) -> Problem:
    return Problem(entry, key, str(error.args[0]), str(error.args[1]))


def keys_in(numbers: Sequence[int], found: dict[int, int], depth: int) -> Iterator[int]:
    """Those of the keys that were found within this many texts."""
    return (number for number in numbers if found.get(number, depth) < depth)
