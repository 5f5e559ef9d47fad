"""Finds who shouts. What is done about it is for the policy to say: a rule for the finding `shouting`."""

from moderation.filters.base import EVERYWHERE, Context, Cost, Finding, Text

ENOUGH = 12  # letters


class Shouting:
    name = "shouting"
    cost = Cost.TINY
    stages = EVERYWHERE

    def look(self, text: Text, context: Context) -> list[Finding]:
        letters = [sign for sign in text.raw if sign.isalpha() and sign.lower() != sign.upper()]
        if len(letters) < ENOUGH:
            return []
        loud = sum(sign.isupper() for sign in letters) / len(letters)
        return [Finding(self.name, "shouting", loud)] if loud > 0.5 else []
