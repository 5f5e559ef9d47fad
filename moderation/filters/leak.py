"""Our own instructions in a reply: a canary, or many words in a row as they stand in the system prompt."""

from functools import lru_cache

from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.linear import split_words
from moderation.filters.normalise import fold, squeezed

RUN = 7  # words in a row that are no accident
ENOUGH = 14  # words in a row that prove it by themselves


class LeakFilter:
    """`Context.system` holds what must not come out; what a character's author wrote about it is not part of that."""

    name = "leak"
    cost = Cost.SMALL
    stages = frozenset({Stage.STREAM, Stage.OUTPUT, Stage.MEMORY})

    def look(self, text: Text, context: Context) -> list[Finding]:
        return [*self._canaries(text, context), *self._overlap(text, context)]

    def _canaries(self, text: Text, context: Context) -> list[Finding]:
        found = []
        for canary in context.canaries:
            if canary and (key := squeezed(fold(canary)).text):
                at = text.squeezed.text.find(key)
                if at >= 0:
                    span = text.squeezed.span(at, at + len(key))
                    found.append(Finding(self.name, "leak.canary", 1.0, span))
        return found

    def _overlap(self, text: Text, context: Context) -> list[Finding]:
        if not context.system:
            return []
        runs = _runs(context.system)
        said = _in_a_row(split_words(text.folded.text))
        if runs.isdisjoint(said):
            return []
        longest = current = 0
        for run in said:
            current = current + 1 if run in runs else 0
            longest = max(longest, current)
        words = longest + RUN - 1
        return [Finding(self.name, "leak.prompt", min(1.0, words / ENOUGH), note=f"{words} words in a row")]


def _in_a_row(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[at:] for at in range(RUN)), strict=False))


@lru_cache(maxsize=256)
def _runs(system: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_in_a_row(split_words(fold(system).text)))
