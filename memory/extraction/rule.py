"""One thing that is looked for in a sentence, and how it is said of whoever speaks."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from memory.extraction.fact import Fact, Heard


@dataclass(frozen=True, slots=True)
class Rule:
    """`says` is the statement: {P} is whoever speaks, the rest are the pattern's groups. A slot may name them, too."""

    pattern: re.Pattern[str]
    says: str
    kind: str
    slot: str = ""
    importance: int = 60

    def find(self, sentence: str, heard: Heard, tidy: Callable[[str, Heard], str]) -> Fact | None:
        """None where it is not said, or nothing is left of what was said."""
        found = self.pattern.search(sentence)
        if found is None:
            return None
        parts = {name: tidy(value, heard) for name, value in found.groupdict().items() if value}
        if not all(parts.values()):
            return None
        slot = self.slot.format(**{name: value.lower() for name, value in parts.items()})
        return Fact(self.says.format(P=heard.speaker, **parts), self.kind, slot, self.importance)
