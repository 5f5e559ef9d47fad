"""What somebody looks for, and where a text has it.

Pure: the blind index names candidates, these functions look at them in the clear. Unspaced parts of a query and words
in quotation marks must stand together, everything else may stand anywhere; a word is found whole, Chinese anywhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from accounts.blindindex import UNSPACED, is_unspaced, normalise, tokens

MAX_QUERY = 200  # characters
AROUND = 48  # characters of an excerpt before the first hit
EXCERPT = 180

_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|「([^」]*)」|『([^』]*)』|([^\s"“「『]+)')
_IN_WORD = rf"[^\W_{UNSPACED}]"
_MARKS = re.compile(r"[*_`#~|]+|^>\s?", re.MULTILINE)


@dataclass(frozen=True)
class Query:
    """`pieces` are in the order of the query: each a run of tokens that stand together."""

    pieces: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @property
    def words(self) -> str:
        """What the index is asked for."""
        return " ".join(token for piece in self.pieces for token in piece)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        return [re.compile(_pattern(piece)) for piece in self.pieces]

    @cached_property
    def _any(self) -> re.Pattern[str]:
        longest_first = sorted(self.pieces, key=lambda piece: -sum(map(len, piece)))
        return re.compile("|".join(map(_pattern, longest_first)))

    def matches(self, text: str) -> bool:
        plain = normalise(text)
        return all(pattern.search(plain) for pattern in self._patterns)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the pieces stand in the text, from left to right."""
        plain, places = _folded(text)
        if plain != normalise(text):
            return  # letters that only together become another one: found, but nothing to point at
        for found in self._any.finditer(plain):
            if found.end() > found.start():
                yield places[found.start()], places[found.end()]


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line's words around the first hit; `cut_before` and `cut_after` where the line goes on."""

    parts: list[Part]
    cut_before: bool
    cut_after: bool


def read_query(written: str) -> Query:
    """Empty when there is nothing in it that could be found: no letter, digit or Chinese character."""
    pieces = []
    for found in _QUOTED.finditer(normalise(written[:MAX_QUERY])):
        piece = tuple(tokens(next(filter(None, found.groups()), "")))
        if piece and piece not in pieces:
            pieces.append(piece)
    return Query(tuple(pieces))


def excerpt(query: Query, text: str) -> Excerpt:
    """Marks of markdown and line breaks are left out."""
    spans = list(query.spans(text))
    first = spans[0][0] if spans else 0
    start = _word_break(text, max(0, first - AROUND), first)
    end = min(len(text), max(start + EXCERPT, spans[0][1] if spans else 0))
    parts, at = [], start
    for begin, stop in spans:
        if begin >= end:
            break
        stop = min(stop, end)
        parts += [Part(text[at:begin], False), Part(text[begin:stop], True)]
        at = stop
    parts.append(Part(text[at:end], False))
    shown = [Part(cleaned, part.hit) for part in parts if (cleaned := _cleaned(part.text))]
    return Excerpt(shown, cut_before=bool(text[:start].strip()), cut_after=bool(text[end:].strip()))


def _word_break(text: str, start: int, first: int) -> int:
    """Not in the middle of a word, where one begins soon after."""
    if start == 0:
        return 0
    space = re.compile(r"\s").search(text, start, min(first, start + 20))
    return space.end() if space else start


def _cleaned(text: str) -> str:
    return re.sub(r"\s+", " ", _MARKS.sub("", text))


def _pattern(piece: tuple[str, ...]) -> str:
    written = re.escape(piece[0])
    for before, token in pairwise(piece):
        between = "*" if is_unspaced(before) or is_unspaced(token) else "+"
        written += rf"[\W_]{between}{re.escape(token)}"
    left = "" if is_unspaced(piece[0]) else rf"(?<!{_IN_WORD})"
    right = "" if is_unspaced(piece[-1]) else rf"(?!{_IN_WORD})"
    return left + written + right


def _folded(text: str) -> tuple[str, list[int]]:
    """The text normalised piece by piece, and for each place in it (and its end) the place in the original."""
    plain: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        folded = _fold(text[at:end])
        plain.append(folded)
        places += [at] * len(folded)
        at = end
    places.append(len(text))
    return "".join(plain), places


@lru_cache(maxsize=8_192)
def _fold(letter: str) -> str:
    return normalise(letter)
