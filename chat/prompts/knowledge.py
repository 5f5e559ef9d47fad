"""What the character's knowledge says about what is being talked of: the newest part of a prompt, first to go."""

from typing import Any

from chat.prompts.context import Passage
from chat.prompts.script import Script
from inference.tokens import LINE_OVERHEAD, estimate


class KnowledgeSection:
    """The passages that fit, best first, whole ones only; each says from which text it comes.

    `room` is what they may take, under the `heading` that the template gives them.
    """

    def __init__(self, script: Script, heading: str, room: int) -> None:
        self.script, self.heading = script, heading
        self.recalled = script.context.recalled
        self.taken: list[tuple[Passage, int]] = []
        self.cut: list[Passage] = []
        self._texts: list[str] = []
        left = room - estimate(heading) - LINE_OVERHEAD
        for passage in self.recalled.passages:
            text = self._written(passage)
            cost = estimate(text) + 1  # the blank line before it
            if cost > left:
                self.cut.append(passage)
                continue
            left -= cost
            self.taken.append((passage, cost))
            self._texts.append(text)

    @property
    def text(self) -> str:
        """Empty when nothing came up."""
        return "\n\n".join([self.heading, *self._texts]) if self._texts else ""

    @property
    def cost(self) -> int:
        return estimate(self.text) + LINE_OVERHEAD if self._texts else 0

    def manifest(self) -> dict[str, Any]:
        """Ids and figures for the receipt; nothing at all where nobody asked."""
        if not self.recalled.state:
            return {}
        return {
            "recall": {"state": self.recalled.state, "ms": self.recalled.milliseconds},
            "knowledge": [
                {
                    "id": str(passage.id),
                    "source": str(passage.source),
                    "title": passage.title,
                    "score": passage.score,
                    "tokens": cost,
                }
                for passage, cost in self.taken
            ],
        }

    def left_out(self) -> list[str]:
        """The ids of passages for which there was no room."""
        return [str(passage.id) for passage in self.cut]

    def _written(self, passage: Passage) -> str:
        return f"({self.script.theirs(passage.title)})\n{self.script.theirs(passage.text)}"
