"""Who speaks: the archetype that a card's own words point to, and the lines that such a voice has."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inference.standin.understudy.material import phrases
from inference.standin.understudy.scene import Scene

SLOT = re.compile(r"\{(\w+)\}")
# How often a voice's own lines come before what anybody might say.
OWN_WEIGHT = 4
LEAST_HINTS = 2
# Where a voice with lines of its own says nothing that others say too.
ITS_OWN = {"thanks", "hello", "bye", "loss", "who"}
QUOTES = dict.fromkeys(map(ord, "‘’“”「」『』"), "'")


@cache
def _hints() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    english, chinese = phrases("cast.en"), phrases("cast.zh")
    for kind in english:
        words = "|".join([*(rf"\b{re.escape(word)}" for word in english[kind]["hints"]), *chinese[kind]["hints"]])
        found.append((kind, re.compile(words, re.I)))
    return found


def archetype_of(scene: Scene) -> str:
    """The kind with the most hints; the beginning of a card counts three times, its trade is named there."""
    if not scene.has_card:
        return "assistant"
    text = f"{scene.name}\n{scene.about[:300]}\n" * 3 + f"{scene.about[300:4000]}\n{scene.scenario[:1000]}"
    scores = {kind: len(pattern.findall(text)) for kind, pattern in _hints()}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] >= LEAST_HINTS else ""


@dataclass(frozen=True, slots=True)
class Voice:
    kind: str
    language: str
    common: Mapping[str, Sequence[str]]
    own: Mapping[str, Any]

    @property
    def plain(self) -> bool:
        """Speaks outright, without stage directions: assistants, teachers, programmers."""
        return bool(self.own.get("plain"))

    def has(self, pool: str) -> bool:
        return pool in self.own

    def pool(self, name: str) -> list[tuple[str, int]]:
        """Lines with weights."""
        own = [(line, OWN_WEIGHT) for line in self.own.get(name, ())]
        if own and (self.plain or name in ITS_OWN):
            return own
        return own + self.shared(name)

    def shared(self, name: str) -> list[tuple[str, int]]:
        return [(line, 1) for line in self.common.get(name, ())]


def voice_for(scene: Scene) -> Voice:
    kind = archetype_of(scene)
    language = scene.language
    return Voice(kind, language, phrases(f"common.{language}"), own_lines(kind, language))


@cache
def own_lines(kind: str, language: str) -> Mapping[str, Any]:
    """What the cast has for a kind, and its manners added to it."""
    own = dict(phrases(f"cast.{language}").get(kind, {}))
    for pool, lines in phrases(f"manners.{language}").get(kind, {}).items():
        own[pool] = [*own.get(pool, ()), *lines]
    return own


class Chooser:
    """Takes lines whose slots can be filled, passing over what this conversation has heard already."""

    def __init__(self, rng: random.Random, slots: Mapping[str, str], spoken: str) -> None:
        self.rng, self.slots, self.spoken = rng, dict(slots), spoken.translate(QUOTES)

    def take(self, pool: Sequence[tuple[str, int]], **more: str) -> str:
        """A filled line, or "" when none fits; one that was heard is better than none."""
        return self.fresh(pool, **more) or self._taken(pool, self.slots | more)

    def fresh(self, pool: Sequence[tuple[str, int]], **more: str) -> str:
        """A filled line that was not heard yet, or ""."""
        return self._taken([(line, weight) for line, weight in pool if not self._heard(line)], self.slots | more)

    def _taken(self, pool: Sequence[tuple[str, int]], slots: Mapping[str, str]) -> str:
        candidates = [(line, weight) for line, weight in pool if all(slots.get(name) for name in SLOT.findall(line))]
        if not candidates:
            return ""
        line = self.rng.choices([one for one, _ in candidates], [weight for _, weight in candidates])[0]
        filled = SLOT.sub(lambda found: slots[found[1]], line)
        self.spoken += f"\n{filled}".translate(QUOTES)
        return filled

    def _heard(self, line: str) -> bool:
        longest = max(SLOT.sub("\0", line).split("\0"), key=len).strip(" .。,，")
        return longest[:40].translate(QUOTES) in self.spoken

    def heard(self, text: str) -> bool:
        """Whether a whole text has been said, as far as its beginning shows."""
        return text.strip()[:40].translate(QUOTES) in self.spoken
