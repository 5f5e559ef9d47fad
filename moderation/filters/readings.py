"""A text read as said between two: "I" and the speaker are "Ss", "you" and the player "Pp"; numbers as numbers."""

import re
from collections.abc import Callable
from functools import lru_cache

from moderation.filters.base import Context
from moderation.filters.sentences import LONG_AGO, LONGEST, sentences, with_topics

_ONES = ('zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen')  # fmt: skip
_TENS = ('twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety')  # fmt: skip
NUMBER = rf"(?:\d+|(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES[1:10])}))?|(?:{'|'.join(reversed(_ONES))})(?: hundred| thousand)?|both)"
_SLIGHT = frozenset(word[:4] for word in ("all", "alwa", "and", "are", "but", "can", "days", "ever", "for", "from", "had", "has", "have", "her", "his", "hour", "in", "just", "neve", "not", "on", "that", "the", "ther", "this", "unti", "was", "when", "will", "with", "year", *_ONES, *_TENS))  # fmt: skip


# With a capital, and nobody's: who says "Dad rang" speaks of their own.
_FATHER = re.compile(
    r"(?<!['’]s )(?<![a-z] )(?<!, )\b(?:Dad|Daddy|Papa)\b(?!['’,])|(?<=\bburied )Dad\b|(?<=\band )Dad\b"
)
_MOTHER = re.compile(r"(?<!['’]s )(?<![a-z] )(?<!, )\b(?:Mom|Mum|Mummy|Mama)\b(?!['’,])|(?<=\band )M[ou]m\b")


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in names)})\b") if names else re.compile("$^")


def in_person(text: str, context: Context) -> str:
    """The speaker as "Ss", the player as "Pp"; capitals stay."""
    text = text.replace("’", "'")
    speaker = tuple(
        sorted(
            {context.speaker, *context.speaker.split()} - {"", "The", "Dr.", "Mr.", "Sir", "Captain"},
            key=len,
            reverse=True,
        )
    )
    text = _pattern(speaker).sub("Ss", text)
    text = _pattern((context.player,) if context.player else ()).sub("Pp", text)
    text = re.sub(r"\bI'm\b", "Ss is", re.sub(r"\b[Yy]ou're\b", "Pp is", text))
    text = _MOTHER.sub("Ss's mother", _FATHER.sub("Ss's father", text))
    text = re.sub(r"\b(?:My|my)\b", "Ss's", re.sub(r"\b[Yy]our\b", "Pp's", text))
    text = re.sub(r"\b(?:I|me)\b", "Ss", re.sub(r"\b[Yy]ou\b", "Pp", text))
    return re.sub(r"\b(Ss|Pp) (?:am|are)\b", r"\1 is", re.sub(r"\b(Ss|Pp)'ve\b", r"\1 have", text))


_TAGS = re.compile(
    r", (?:(?:is|are|was|were|do|does|did|have|has|can|could|will|wo|would)(?:n't)? (?:it|we|you|she|he|they|I|that)|right|remember|yes|no|okay|ok|yeah|eh|huh|hm+|alright|all right)\?$|^Remember (?:when|how) "
)
# Whoever ends in a mark of question what begins with themselves, says so all the same: "We've been married for what, ten years?"
_SAYS_SO = re.compile(
    rf"{_TAGS.pattern}|^\W*(?:I|I'm|I've|We|We've|We're|My|Our)\b(?! (?:can|could|may|should|shall|would)\b)"
)


def in_person_zh(text: str, context: Context) -> str:
    """The speaker as "我", the player as "你"."""
    for name, stands in ((context.speaker, "我"), (context.player, "你")):
        if name and not name.isascii():
            text = text.replace(name, stands)
    return text.replace("本机", "我")


@lru_cache(maxsize=4)
def _read(reply: str, speaker: str, player: str) -> tuple[str, ...]:
    context = Context(speaker=speaker, player=player)
    found = []
    for sentence in sentences(with_topics(reply)):
        plain = sentence.strip()[:LONGEST]
        if plain.endswith("?") and _SAYS_SO.search(plain):
            plain = _TAGS.sub("", plain).rstrip("?")
        if (
            not plain.endswith("?")
            and not LONG_AGO.match(plain)
            and not re.match(r"\W*(?:If|Imagine|Suppose|Unless)\b", plain)
        ):
            found.append(in_person(plain, context))
    return tuple(found)


def stated(reply: str, context: Context) -> tuple[str, ...]:
    return _read(reply, context.speaker, context.player)


def number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text == "both":
        return 2
    if " " in text:
        much, _, times = text.partition(" ")
        return _ONES.index(much) * (100 if times == "hundred" else 1000)
    tens, _, ones = text.partition("-")
    return (20 + 10 * _TENS.index(tens) + (_ONES.index(ones) if ones else 0)) if tens in _TENS else _ONES.index(text)


_DIGITS_ZH = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_TENS_ZH = {"十": 10, "百": 100, "千": 1000}


def number_zh(text: str) -> int:
    if text.isdigit():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in _TENS_ZH:
            total += max(1, digit) * _TENS_ZH[sign]
            digit = 0
        else:
            digit = _DIGITS_ZH.get(sign, 0)
    return total + digit


def shared(fact: str, said: str) -> set[str]:
    words = {word[:4] for word in re.findall(r"[a-z]{3,}", fact.lower())} & {
        word[:4] for word in re.findall(r"[a-z]{3,}", said.lower())
    }
    return words - _SLIGHT


Test = Callable[[str], bool]  # of a sentence: whether it goes against the fact that the test was made for
Check = Callable[[str], Test | None]  # makes that test, where the fact is of its kind


def any_of(patterns: list[str]) -> Test | None:
    if not patterns:
        return None
    pattern = re.compile("|".join(patterns))
    return lambda said: pattern.search(said) is not None
