"""Many terms found in one pass, through common disguises; and while a text comes, how much of it may become one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import ahocorasick

from moderation.filters.normalise import MOST_BETWEEN, Form, fold, is_wide, spaced, spaced_letter, squeezed

LONGEST = 80  # of a key; what is longer is not a term but a text
_VOWELS = "aeiou"
# Signs that are what they look like. Whatever else there is may be a disguise.
_MARKS = "“”‘’—–…。，！？：；、（）《》「」『』·～"
_ODD = re.compile(rf"[^\n\t -~\u4e00-\u9fff{_MARKS}]")
_WIDE = re.compile("[\u2e80-\u9fff\U00020000-\U0003ffff]")  # as `is_wide`
_BEFORE_A_WORD = re.compile(r" (?=[^ ])")
_BEGINNING = 3  # letters of a word that tell whether it may begin a term


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    severity: int = 1  # 1 worth a look, 2 bad, 3 never
    language: str = ""  # empty: in every language
    scope: frozenset[str] = frozenset()  # stages; empty: everywhere
    whole_word: bool = True  # has no meaning for Chinese, where words have no edges
    rule: str = "term"

    @property
    def score(self) -> float:
        return (0.4, 0.7, 1.0)[self.severity - 1]


class Match(NamedTuple):
    term: Term
    start: int
    end: int


class _Key(NamedTuple):
    term: Term
    length: int
    whole: bool


class Lexicon:
    """Two automata: terms of alphabets over the spaced form, terms with Chinese over the squeezed one."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        letters: dict[str, list[_Key]] = {}
        characters: dict[str, list[_Key]] = {}
        for term in self.terms:
            if any(is_wide(letter) for letter in fold(term.text).text):
                key = squeezed(fold(term.text)).text
                characters.setdefault(key, []).append(_Key(term, len(key), False))
            else:
                for key in _spellings(term):
                    letters.setdefault(key, []).append(_Key(term, len(key), term.whole_word))
        self._letters, self._longest = _automaton(letters)
        self._characters, self._widest = _automaton(characters)
        self._beginnings = _Beginnings(letters, characters)

    def __bool__(self) -> bool:
        return bool(self._letters or self._characters)

    def is_quiet(self, before: str, piece: str) -> bool:
        """Whether certainly no term begins in `piece`, which follows the letter `before`. Takes a microsecond."""
        return self._beginnings.are_missing(before, piece)

    def matches(self, folded: Form, *, more: bool = False) -> Iterator[Match]:
        """With `more` to come, a word at the very end is not whole yet."""
        edges = {" "} if more else {"", " "}
        if self._letters:
            form = spaced(folded)
            for end, keys in self._letters.iter(form.text):
                for key in keys:
                    start = end + 1 - key.length
                    if not key.whole:
                        yield Match(key.term, *form.span(start, end + 1))
                    elif form.text[end + 1 : end + 2] in edges:
                        yield Match(key.term, *form.span(start + 1, end + 1))
        if self._characters and _WIDE.search(folded.text):
            form = squeezed(folded)
            for end, keys in self._characters.iter(form.text):
                for key in keys:
                    if _close_together(form, end + 1 - key.length, end + 1):
                        yield Match(key.term, *form.span(end + 1 - key.length, end + 1))

    def open_from(self, folded: Form, *, after: int = 0) -> int:
        """From where on the text may still become a term that begins at `after` or later; its size if nowhere."""
        return min(self._open_letters(folded, after), self._open_characters(folded, after))

    def _open_letters(self, folded: Form, after: int) -> int:
        if not self._letters:
            return folded.size
        form = spaced(folded)
        text, known = form.text, self._letters.match
        for start in range(max(0, len(text) - self._longest), len(text)):
            letter = start + (text[start] == " ")  # the space before a word may go out
            if letter < len(text) and form.places[letter] >= after and known(text[start:]):
                return form.places[letter]
        return folded.size

    def _open_characters(self, folded: Form, after: int) -> int:
        if not self._characters:
            return folded.size
        form = squeezed(folded)
        text, known = form.text, self._characters.match
        if not text or folded.size - form.places[-1] - 1 > MOST_BETWEEN:
            return folded.size
        for start in range(max(0, len(text) - self._widest), len(text)):
            if form.places[start] >= after and known(text[start:]) and _close_together(form, start, len(text)):
                return form.places[start]
        return folded.size


def _spellings(term: Term) -> set[str]:
    """As it is, in one word, letter by letter, and with one vowel starred."""
    plain = spaced(fold(term.text)).text.strip()
    if not plain:
        return set()
    joined = plain.replace(" ", "")
    found = {plain}
    if len(joined) >= 3:
        found.add(" ".join(joined))
    if len(joined) >= 6:
        found.add(joined)
    if joined == plain and len(plain) >= 4:
        inner = range(1, len(plain) - 1)
        found |= {f"{plain[:at]} {plain[at + 1 :]}" for at in inner if plain[at] in _VOWELS}
    edge = " " if term.whole_word else ""
    return {edge + spelling for spelling in found if len(spelling) < LONGEST}


def _close_together(form: Form, start: int, end: int) -> bool:
    return all(after - before <= MOST_BETWEEN + 1 for before, after in pairwise(form.places[start:end]))


def _automaton(keys: dict[str, list[_Key]]) -> tuple[ahocorasick.Automaton | None, int]:
    if not keys:
        return None, 0
    made = ahocorasick.Automaton()
    for key, values in keys.items():
        made.add_word(key, tuple(values))
    made.make_automaton()
    return made, max(map(len, keys))


class _Plainly(dict[int, int]):
    """As `spaced` writes a letter."""

    def __missing__(self, letter: int) -> int:
        plain = self[letter] = ord(spaced_letter(chr(letter).lower()))
        return plain


_PLAINLY = _Plainly()


class _Beginnings:
    """How terms begin, for a quick look at a piece of text. Most pieces hold nothing that begins like one."""

    def __init__(self, letters: Iterable[str], characters: Iterable[str]) -> None:
        keys = list(letters)
        self._anywhere = any(not key.startswith(" ") for key in keys)  # within words: no quick look then
        words = [key[1:] for key in keys]
        self._words = {word[:_BEGINNING] for word in words}
        self._parts = {word[:size] for word in words for size in range(1, _BEGINNING)}
        self._short = {word for word in words if len(word) < _BEGINNING}
        self._wide = {letter for key in characters for letter in (key[0], key[0].upper())}
        self._all_wide = not any(map(str.isascii, self._wide))

    def are_missing(self, before: str, piece: str) -> bool:
        if self._anywhere or not (self._is_plain(piece) or self._holds_no_disguise(piece)):
            return False
        text = ((before or " ") + piece).translate(_PLAINLY)
        for space in _BEFORE_A_WORD.finditer(text):
            word = text[space.end() : space.end() + _BEGINNING]
            if word in self._words or word[:2] in self._short or word[:1] in self._short:
                return False
            # Cut off, or with a run of signs within, which counts as one.
            if (len(word) < _BEGINNING or word[1] == " ") and word.rstrip() in self._parts:
                return False
        return True

    def _is_plain(self, piece: str) -> bool:
        """Nearly every piece of a reply in English; what follows would say the same more slowly."""
        return self._all_wide and piece.isascii() and piece.isprintable()

    def _holds_no_disguise(self, piece: str) -> bool:
        return _ODD.search(piece) is None and self._wide.isdisjoint(piece)
