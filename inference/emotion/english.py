"""English text as features: words and runs of up to three, and pieces of three to five letters within words.

Each feature belongs to the word it ends with, so that what a window of words weighs is a difference of two sums.
"""

import re

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[^\w\s]")
# Longer numbers are names of something: what they are made of says nothing, and each would be read anew.
_LONGEST_NUMBER = 4  # digits
MOST_WORDS = 2_000  # of a text; what follows is not looked at
_SHORTEST, _LONGEST = 3, 5
# Names were masked in what was learned from; the mask says nothing.
_MASK = re.compile(r"\[(?:name|religion)\]", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    if "[" in text:
        text = _MASK.sub(" ", text)
    found = _WORD.findall(text.lower().replace("\u2019", "'"))
    return [word for word in found if len(word) <= _LONGEST_NUMBER or not word.isdecimal()][:MOST_WORDS]


def pieces_of(word: str) -> tuple[str, ...]:
    """The word itself, and what it is made of."""
    if len(word) < _SHORTEST:
        return (word,)
    padded = f"<{word}>"
    sizes = range(_SHORTEST, _LONGEST + 1)
    return (
        word,
        *dict.fromkeys(f"~{padded[at : at + size]}" for size in sizes for at in range(len(padded) - size + 1)),
    )


def runs_at(words: list[str], at: int) -> tuple[str, ...]:
    """Runs of words that end with this one."""
    if at == 0:
        return ()
    pair = f"{words[at - 1]} {words[at]}"
    return (pair,) if at == 1 else (pair, f"{words[at - 2]} {pair}")


def features_at(words: list[str], at: int) -> tuple[str, ...]:
    """All that ends with this word."""
    return *pieces_of(words[at]), *runs_at(words, at)
