"""Patterns in linear time (RE2): one pass says which of them match, a second one where."""

from collections.abc import Iterable
from dataclasses import dataclass

import re2

from moderation.filters.base import EVERYWHERE, Context, Cost, Finding, Stage, Text


@dataclass(frozen=True, slots=True)
class Pattern:
    name: str
    rule: str
    pattern: str  # over the folded text: small letters, no disguise
    score: float = 1.0
    stages: frozenset[Stage] = EVERYWHERE


class PatternFilter:
    """Raises re2.error for what RE2 does not take, back references and look-around among it."""

    name = "patterns"
    cost = Cost.TINY
    stages = EVERYWHERE

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._compiled = [re2.compile(pattern.pattern) for pattern in self.patterns]
        self._set = re2.Set.SearchSet()
        for pattern in self.patterns:
            self._set.Add(pattern.pattern)
        self._set.Compile()

    def look(self, text: Text, context: Context) -> list[Finding]:
        folded = text.folded
        found = []
        for at in (self._set.Match(folded.text) or ()) if self.patterns else ():
            pattern = self.patterns[at]
            if context.stage in pattern.stages and (match := self._compiled[at].search(folded.text)):
                span = folded.span(*match.span())
                found.append(Finding(self.name, pattern.rule, pattern.score, span, note=pattern.name))
        return found
