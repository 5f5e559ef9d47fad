"""What the rules look at, and what they say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

AROUND = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is named as in the builder; `excerpt` has a little of what stands around."""

    rule: str
    field: str
    excerpt: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"rule": self.rule, "field": self.field, "excerpt": self.excerpt}


@dataclass(frozen=True, slots=True)
class Passage:
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Work:
    """All that somebody would be shown or the model be told. `missing` names the fields that stand empty."""

    passages: tuple[Passage, ...]
    rating: str = "general"
    missing: tuple[str, ...] = ()


def hits(rule: str, pattern: re.Pattern[str], work: Work) -> Iterator[Finding]:
    """A finding for every passage the pattern is found in, with the first words it found."""
    for passage in work.passages:
        if found := pattern.search(passage.text):
            yield Finding(rule, passage.field, excerpt(passage.text, found.start(), found.end()))


def excerpt(text: str, start: int, end: int) -> str:
    """These characters with what stands around them, on one line."""
    low, high = max(0, start - AROUND), min(len(text), end + AROUND)
    words = " ".join(text[low:high].split())
    return f"{'…' if low else ''}{words}{'…' if high < len(text) else ''}"


def any_word(latin: str, chinese: str = "") -> re.Pattern[str]:
    """Latin words whole (each may be a pattern, split by white space), Chinese ones wherever they stand."""
    choices = [rf"\b(?:{'|'.join(latin.split())})\b"] + ["|".join(map(re.escape, chinese.split()))] * bool(chinese)
    return re.compile("|".join(choices), re.IGNORECASE)
