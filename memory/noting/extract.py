"""A note without a model: the sentences that say most, in their speakers' own words."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from memory.extraction import Heard, facts_in, is_chinese
from memory.extraction.dates import names_a_day
from memory.extraction.rules import spoken
from memory.noting.sections import MOST, Sections

A_SENTENCE = 160  # characters
FIRST = 4  # of what happened, the beginning stays when the middle has to go
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
_NAMED = re.compile(r"(?<![.!?“\"\n])\s([A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,})?)\b|[「『《]([^」』》]{2,12})[」』》]")
_PLAN = re.compile(
    r"\b(?:promise|tomorrow|tonight|will meet|must find|have to find|we should|let's|plan to|next time|wait for)\b"
    r"|答应|明天|今晚|下次|一定要|得找|打算|约好|等我"
)
_NO_NAMES = {
    "The",
    "You",
    "And",
    "But",
    "Then",
    "When",
    "What",
    "There",
    "This",
    "That",
    "Not",
    "Now",
    "Yes",
    "She",
    "His",
}


class Spoken(NamedTuple):
    role: Literal["player", "character"]
    speaker: str
    text: str
    day: date


def extracted(before: Sections | None, lines: Sequence[Spoken]) -> Sections:
    """The note before, and the best of what was said since; of what is old, the middle goes."""
    before = before or Sections()
    best = sorted(_weighed(lines), key=lambda each: (-each[0], each[1]))[: MOST["happened"] // 2]
    chosen = sorted(best, key=lambda each: each[1])
    happened = (*before.happened, *(text for _, _, text in chosen))
    plans = [text for weight, _, text in _weighed(lines) if _PLAN.search(text)]
    names = (*before.places, *_names(lines))
    return Sections(
        happened=_without_middle(tuple(dict.fromkeys(happened)), MOST["happened"]),
        open=tuple(dict.fromkeys((*before.open, *plans)))[-MOST["open"] :],
        places=tuple(dict.fromkeys(names))[-MOST["places"] :],
        standing=before.standing,
    )


def _weighed(lines: Sequence[Spoken]) -> list[tuple[int, int, str]]:
    """How much each sentence says, where it stands, and what it says."""
    found: list[tuple[int, int, str]] = []
    for line in lines:
        for match in _SENTENCE.finditer(spoken(line.text)):
            sentence = " ".join(match.group().split())
            if len(sentence) >= (4 if is_chinese(sentence) else 12):
                said = f"{line.speaker}: {sentence[:A_SENTENCE]}"
                found.append((_weight(sentence, line), len(found), said))
    return found


def _weight(sentence: str, line: Spoken) -> int:
    heard = Heard(sentence, line.speaker, "", line.role, line.day)
    weight = 6 * bool(facts_in(heard)) + 3 * bool(_PLAN.search(sentence))
    weight += 2 * names_a_day(sentence, chinese=is_chinese(sentence))
    weight += bool(re.search(r"\d", sentence)) + min(2, len(_NAMED.findall(f" {sentence}")))
    return weight - 3 * sentence.endswith(("?", "？")) + (20 <= len(sentence) <= A_SENTENCE)


def _names(lines: Sequence[Spoken]) -> list[str]:
    """Names that are told more than once, and whoever speaks not among them."""
    speakers = {word for line in lines for word in line.speaker.split()}
    counts: dict[str, int] = {}
    for line in lines:
        for match in _NAMED.finditer(f" {spoken(line.text)}"):
            name = match[1] or match[2]
            if name not in _NO_NAMES and not speakers & set(name.split()):
                counts[name] = counts.get(name, 0) + 1
    return [name for name, count in counts.items() if count > 1]


def _without_middle(items: tuple[str, ...], most: int) -> tuple[str, ...]:
    return items if len(items) <= most else (*items[:FIRST], *items[FIRST - most :])
