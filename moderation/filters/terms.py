"""Terms of a list that an operator keeps: evidence, never a verdict by itself."""

from moderation.filters.base import EVERYWHERE, Context, Cost, Finding, Text
from moderation.filters.lexicon import Lexicon


class TermFilter:
    """`version` names the list the terms are from, so that a verdict can be understood later."""

    name = "terms"
    cost = Cost.TINY
    stages = EVERYWHERE

    def __init__(self, lexicon: Lexicon, *, version: str = "") -> None:
        self.lexicon, self.version = lexicon, version

    def look(self, text: Text, context: Context) -> list[Finding]:
        found = []
        for term, start, end in self.lexicon.matches(text.folded):
            if term.language and context.language and term.language != context.language:
                continue
            if term.scope and context.stage not in term.scope:
                continue
            found.append(Finding(self.name, term.rule, term.score, (start, end), note=f"{self.version}:{term.text}"))
        return found
