"""Disguises off: one text in plainer forms, each with a way back to where its characters came from.

Every form is made character by character, without looking ahead, so that a text that comes in pieces has the same form
as a whole one.

- `fold`: compatibility forms (full width, circled, styled letters) as plain ones, small letters, no accents on Latin
  letters, nothing invisible. For people's eyes the same text.
- `spaced`: what is written in Latin letters, digits for letters (`k1ll`), every run of anything else as one space.
  Terms of alphabetic languages are looked for here.
- `squeezed`: letters and Chinese characters with nothing between them (`自 杀`, `自*杀`). Terms that hold Chinese
  characters are looked for here.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable
from functools import cached_property, lru_cache

LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "l": "i"}
# Letters of other scripts that are drawn as ours.
LOOKALIKES = dict(zip("абвеікмнорстухѕјԁɡһαβεικνορτυχ", "abbeikmhopctyxsjdghabeikvoptux", strict=True))
MOST_BETWEEN = 3  # signs between two Chinese characters that still count as one word
KEPT = 20_000  # letters whose plain form is kept at hand

_NO_LETTERS = re.compile(r"[\W_]+")


class Form:
    """`text`, and for each of its characters where it stands in the original: made once somebody asks for a place."""

    def __init__(self, text: str, size: int, place_all: "Callable[[], array[int] | range]") -> None:
        self.text, self.size, self._place_all = text, size, place_all

    @cached_property
    def places(self) -> "array[int] | range":
        return self._place_all()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original. Invisible characters between go along."""
        if start >= end:
            return (self.size, self.size) if start >= len(self.places) else (self.places[start], self.places[start])
        return self.places[start], self.places[end - 1] + 1


class Letters(dict[int, str]):
    """For `str.translate`: what each letter becomes, found out when it first comes."""

    def __init__(self, plain: Callable[[str], str]) -> None:
        self._plain = plain

    def __missing__(self, letter: int) -> str:
        plain = self._plain(chr(letter))
        if len(self) < KEPT:
            self[letter] = plain
        return plain


@lru_cache(maxsize=KEPT)
def folded_letter(letter: str) -> str:
    """What one character is without its disguise; empty if it cannot be seen."""
    kind = unicodedata.category(letter)
    if kind == "Cs":  # half a character: nothing can be encoded with it
        return "\ufffd"
    if kind in {"Cf", "Mn", "Me"} or (kind == "Cc" and letter not in "\t\n\r"):
        return ""
    plain = unicodedata.normalize("NFKC", letter).lower()
    parts = unicodedata.normalize("NFKD", plain)
    if parts[:1].isascii():  # accents off, but only where the letter below is Latin
        plain = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(LOOKALIKES.get(part, part) for part in plain)


def spaced_letter(letter: str) -> str:
    letter = LEET.get(letter, letter)
    return letter if letter.isalnum() and not is_wide(letter) else " "


_FOLDED, _SPACED = Letters(folded_letter), Letters(spaced_letter)


def fold(raw: str) -> Form:
    if raw.isascii() and raw.isprintable():
        return Form(raw.lower(), len(raw), lambda: range(len(raw)))

    def place_all() -> "array[int]":
        return array("I", (place for place, letter in enumerate(raw) for _ in folded_letter(letter)))

    return Form(raw.translate(_FOLDED), len(raw), place_all)


def spaced(folded: Form) -> Form:
    """Begins with a space, so that the start of the text is the start of a word too."""
    words = folded.text.translate(_SPACED)
    joined = " ".join(words.split())
    end = " " if joined and words.endswith(" ") else ""

    def place_all() -> "array[int]":
        places, before = array("I", [folded.places[0] if folded.places else 0]), " "
        for letter, place in zip(words, folded.places, strict=True):
            if letter != " " or before != " ":
                places.append(place)
            before = letter
        return places

    return Form(f" {joined}{end}", folded.size, place_all)


def squeezed(folded: Form) -> Form:
    def place_all() -> "array[int]":
        return array("I", (place for letter, place in zip(folded.text, folded.places, strict=True) if letter.isalnum()))

    return Form(_NO_LETTERS.sub("", folded.text), folded.size, place_all)


def is_wide(letter: str) -> bool:
    """Characters of scripts that set no spaces between words."""
    return "\u2e80" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff"
