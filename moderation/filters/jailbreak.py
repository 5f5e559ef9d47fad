"""Attempts to talk the model out of its rules; honest role play, however bold its persona, is none.

A linear model over n-grams, learned from real attempts beside harmless personas and prompts full of trigger words. It
knows templates and their kin. A request that is merely harmful is not its business, and a fluent rewrite escapes it.
"""

from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.linear import Linear

HEAD, TAIL = 2_000, 600  # signs: templates begin, or end, with what gives them away
LEAST = 0.2


class JailbreakFilter:
    name = "jailbreak"
    cost = Cost.MEDIUM
    stages = frozenset({Stage.INPUT, Stage.CARD, Stage.MEMORY})

    def __init__(self, model: Linear) -> None:
        self.model = model

    def look(self, text: Text, context: Context) -> list[Finding]:
        score = self.score(text) * text.evidence
        return [Finding(self.name, "jailbreak", score)] if score >= LEAST else []

    def score(self, text: Text) -> float:
        return self.model.probability(excerpt(text.folded.text), "attack")


def excerpt(folded: str) -> str:
    return folded if len(folded) <= HEAD + TAIL else folded[:HEAD] + " " + folded[-TAIL:]
