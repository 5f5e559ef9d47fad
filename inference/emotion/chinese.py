"""Chinese by cues, a list that can be read: nothing was learned from, as no set is free to learn from.

What holds none of the cues is *unknown*, not neutral: nobody is told anything of it, and no state is moved by it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick
import yaml

from inference.emotion.labels import LABELS, PLACE

CUES = Path(__file__).parent / "data" / "zh-cues.yaml"
SURE, MAYBE, BY_PATTERN = 0.75, 0.4, 0.5
POINT = 0.38  # from which on a label counts
LONGEST = 4_000  # signs of a text that are looked at
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")
_NOT = re.compile(
    r"(?:不|没|没有|别|不要|不用|不必|并不|不再|毫不|从不|不太|无法|不会|哪有|谁)(?:那么|这么|太|很|再|是|觉得|感到)?$"
)
_NEVER_NOT = re.compile(r"一[天刻日]不$")  # 没有一天不
_MORE = re.compile(r"(?:很|好|太|真|非常|超|特别|极|最|十分|万分|可|多么)$")
_LESS = re.compile(r"(?:有点|有些|稍微|一点|略)$")
_BEHIND = 5  # signs before a cue in which it is negated, raised or lowered


class Cue(NamedTuple):
    words: str
    place: int
    weight: float


class Known(NamedTuple):
    words: "ahocorasick.Automaton"
    patterns: list[tuple[re.Pattern[str], int]]
    alone: list[tuple[re.Pattern[str], int]]


@lru_cache(maxsize=1)
def _known() -> Known:
    automaton, patterns, alone = ahocorasick.Automaton(), [], []
    listed = yaml.safe_load(CUES.read_text(encoding="utf-8"))
    by_words: dict[str, list[Cue]] = {words: [Cue(words, 0, 0.0)] for words in listed.pop("nothing")}
    for label, cues in listed.items():
        for kind, weight in (("sure", SURE), ("maybe", MAYBE)):
            for words in cues.get(kind, ()):
                by_words.setdefault(words, []).append(Cue(words, PLACE[label], weight))
        patterns += [(re.compile(each), PLACE[label]) for each in cues.get("patterns", ())]
        alone += [(re.compile(each), PLACE[label]) for each in cues.get("alone", ())]
    for words, found in by_words.items():
        automaton.add_word(words, found)
    automaton.make_automaton()
    return Known(automaton, patterns, alone)


def is_chinese(text: str) -> bool:
    """Whether more of it is Chinese than anything else; a Chinese sign says about as much as an English word."""
    signs = 0 if text.isascii() else len(_HAN.findall(text))
    return signs > 0 and signs >= len(_LATIN.findall(text))


def scores_of(text: str) -> list[float] | None:
    """For each label between 0 and 1; None where nothing is known."""
    text = text[:LONGEST]
    left = [1.0] * len(LABELS)
    seen: set[tuple[int, str]] = set()
    for cue, weight in _cues_in(text):
        if (cue.place, cue.words) not in seen:
            seen.add((cue.place, cue.words))
            left[cue.place] *= 1 - weight
    if max(1 - rest for rest in left) < POINT:
        for pattern, place in _known().alone:
            if pattern.search(text):
                seen.add((place, pattern.pattern))
                left[place] *= 1 - BY_PATTERN
    if not seen:
        return None
    found = [1 - rest for rest in left]
    found[PLACE["neutral"]] = max(0.0, 0.5 - max(found))
    return found


def _cues_in(text: str) -> Iterator[tuple[Cue, float]]:
    automaton, patterns, _ = _known()
    found = [(end + 1 - len(cues[0].words), end + 1, cues) for end, cues in automaton.iter(text)]
    reach = 0
    for begin, end, cues in sorted(found, key=lambda each: (each[0], -each[1])):
        # A longer cue takes the place of those within it.
        if end <= reach:
            continue
        reach = end
        before = text[max(0, begin - _BEHIND) : begin]
        if _NOT.search(before) and not _NEVER_NOT.search(before):
            continue
        factor = 1.2 if _MORE.search(before) else 0.75 if _LESS.search(before) else 1.0
        for cue in cues:
            if not cue.weight:
                continue
            yield cue, min(0.95, cue.weight * factor)
    for pattern, place in patterns:
        if pattern.search(text):
            yield Cue(pattern.pattern, place, BY_PATTERN), BY_PATTERN
