"""Text as terms to rank by: pure, the same for what is remembered and for what is asked.

English words lose their endings and what every sentence has; Chinese, which has no gaps, counts by single characters
and pairs. One text may hold both.
"""

import re
import unicodedata
from functools import lru_cache

from memory.recall.forms import IRREGULAR, STOP_CHARACTERS, STOP_WORDS

_UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKEN = re.compile(rf"(?P<run>[{_UNSPACED}]+)|(?P<word>[^\W_{_UNSPACED}]+(?:['’][^\W_{_UNSPACED}]+)*)")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")
MOST_OF_A_WORD = 40


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> list[str]:
    """In order, with repeats."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        if run := match["run"]:
            found += _of_run(run)
        elif term := _of_word(match["word"]):
            found.append(term)
    return found


def is_chinese(text: str) -> bool:
    """Whether what is written without gaps is at least a fifth of its letters: a sign says as much as a short word."""
    letters = sum(character.isalpha() for character in text)
    return 5 * len(_IS_UNSPACED.findall(text)) >= letters > 0


def is_unspaced(term: str) -> bool:
    return _IS_UNSPACED.match(term) is not None


@lru_cache(maxsize=20_000)
def _of_run(run: str) -> tuple[str, ...]:
    """A pair of which one half is said in every sentence still tells something, such a half alone does not."""
    alone = [sign for sign in run if sign not in STOP_CHARACTERS]
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return (*alone, *(pair for pair in pairs if not STOP_CHARACTERS.issuperset(pair)))


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> str:
    """Its stem; nothing for what every sentence has."""
    word = word.replace("’", "'")
    if word in STOP_WORDS:
        return ""
    head, _, tail = word.partition("'")
    word = head if tail in {"s", "ll", "re", "ve", "d", "m", ""} else head + tail
    if word in STOP_WORDS or (len(word) < 2 and not word.isdigit()):
        return ""
    return stem(word[:MOST_OF_A_WORD])


def stem(word: str) -> str:
    """What paint, paints, painted, painting and painter share. Light: never less than three letters are left."""
    word = IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    word = _without_plural(word)
    for ending, instead, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            left = word[: -len(ending)]
            if not _VOWEL.search(left):
                continue
            word = _DOUBLED.sub(r"\1", left) + instead if ending in _DOUBLING else left + instead
            break
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


# Longest first; what stands instead; how many letters must be left.
_ENDINGS = (
    ("fulness", "ful", 3),
    ("ousness", "ous", 3),
    ("ization", "ize", 3),
    ("ational", "ate", 3),
    ("iveness", "ive", 3),
    ("ations", "ate", 3),
    ("ation", "ate", 3),
    ("ingly", "", 3),
    ("ition", "it", 3),
    ("ments", "", 4),
    ("ment", "", 4),
    ("ness", "", 3),
    ("edly", "", 3),
    ("ings", "", 3),
    ("tion", "t", 3),
    ("sion", "s", 3),
    ("ing", "", 3),
    ("ers", "", 4),
    ("est", "", 4),
    ("ied", "y", 2),
    ("ed", "", 3),
    ("er", "", 4),
    ("or", "", 5),
    ("ly", "", 3),
)
_DOUBLING = frozenset({"ing", "ed", "er", "est", "ings", "ers"})
