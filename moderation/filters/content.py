"""What a text is about that somebody may not want to read: one linear model for English, two for Chinese.

Scores are such that from 0.5 on a text counts as flagged; training sets that point by how much harmless talk it flags.
Sexual texts that mention minors are no class of their own: nothing of that kind was ever there to learn from. They are
found by a rule over the score and the cues.
"""

from functools import lru_cache

from moderation.filters import minors
from moderation.filters.base import EVERYWHERE, Context, Cost, Finding, Text
from moderation.filters.linear import Linear

LEAST = 0.2  # below, nothing is said
LATELY = 4  # texts
LONGEST = 6_000  # signs looked at; the rest of a longer text is looked at in its last part


class ContentFilter:
    name = "content"
    cost = Cost.MEDIUM
    stages = EVERYWHERE

    def __init__(self, *, english: Linear, chinese: list[Linear]) -> None:
        self.english, self.chinese = english, chinese
        # A line is asked about twice in a row: whether it may be said, and whether who says it is in need.
        self._highest = lru_cache(maxsize=LATELY)(self._highest_of)

    def look(self, text: Text, context: Context) -> list[Finding]:
        scores = {rule: score * text.evidence for rule, score in self.scores(text).items()}
        found = [Finding(self.name, rule, score) for rule, score in scores.items() if score >= LEAST]
        if (score := minors.score(scores.get("sexual", 0.0), text.folded.text)) >= LEAST:
            found.append(Finding(self.name, "sexual/minors", score))
        return found

    def scores(self, text: Text) -> dict[str, float]:
        """Of each label the highest that a model gave; `any` is the highest of what counts as harmful at all."""
        return dict(self._highest(excerpt(text.folded.text), text.chinese))

    def _highest_of(self, folded: str, chinese: bool) -> dict[str, float]:
        highest: dict[str, float] = {}
        for model in self.chinese if chinese else [self.english]:
            for label, score in model.probabilities(folded).items():
                highest[label] = max(score, highest.get(label, 0.0))
        if chinese:
            highest["any"] = max(highest.values())
        return highest


def excerpt(folded: str) -> str:
    if len(folded) <= LONGEST:
        return folded
    return folded[: LONGEST - 1_000] + folded[-1_000:]
