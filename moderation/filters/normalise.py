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

import unicodedata
from array import array
from functools import lru_cache

LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "l": "i"}
# Letters of other scripts that are drawn as ours.
LOOKALIKES = dict(zip("абвеікмнорстухѕјԁɡһαβεικνορτυχ", "abbeikmhopctyxsjdghabeikvoptux", strict=True))
MOST_BETWEEN = 3  # signs between two Chinese characters that still count as one word


class Form:
    """`text`, and for each of its characters where it stands in the original."""

    __slots__ = ("places", "size", "text")

    def __init__(self, text: str, places: "array[int] | range", size: int) -> None:
        self.text, self.places, self.size = text, places, size

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original. Invisible characters between go along."""
        if start >= end:
            return (self.size, self.size) if start >= len(self.places) else (self.places[start], self.places[start])
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=20_000)
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


def fold(raw: str) -> Form:
    if raw.isascii() and raw.isprintable():
        return Form(raw.lower(), range(len(raw)), len(raw))
    out: list[str] = []
    places = array("I")
    for place, letter in enumerate(raw):
        if letter < "\x7f" and letter >= " ":
            out.append(letter.lower())
            places.append(place)
        elif "\u4e00" <= letter <= "\u9fff":
            out.append(letter)
            places.append(place)
        elif plain := folded_letter(letter):
            out.append(plain)
            places.extend([place] * len(plain))
    return Form("".join(out), places, len(raw))


def spaced_letter(letter: str) -> str:
    letter = LEET.get(letter, letter)
    return letter if letter.isalnum() and not is_wide(letter) else " "


def spaced(folded: Form) -> Form:
    """Begins with a space, so that the start of the text is the start of a word too."""
    out, places = [" "], array("I", [folded.places[0] if folded.places else 0])
    for letter, place in zip(folded.text, folded.places, strict=True):
        plain = spaced_letter(letter)
        if plain != " " or out[-1] != " ":
            out.append(plain)
            places.append(place)
    return Form("".join(out), places, folded.size)


def squeezed(folded: Form) -> Form:
    out: list[str] = []
    places = array("I")
    for letter, place in zip(folded.text, folded.places, strict=True):
        if letter.isalnum():
            out.append(letter)
            places.append(place)
    return Form("".join(out), places, folded.size)


def is_wide(letter: str) -> bool:
    """Characters of scripts that set no spaces between words."""
    return "\u2e80" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff"
