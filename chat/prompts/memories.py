"""What the character remembers: statements with their days, and lines that were said, word for word.

What is pinned stands before the talk and stays; the rest is the newest part of a prompt, and the first to go.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from chat.prompts.context import Remembered
from chat.prompts.fence import fenced
from chat.prompts.script import Script
from chat.prompts.shorten import shortened
from inference.tokens import LINE_OVERHEAD, estimate

ANSWERED_TOKENS = 60  # of the line that a remembered one answers
LINE_TOKENS = 240  # of a remembered line


class MemorySection:
    """The memories that fit into `room`, whole ones only: those that are always said, then the best of what was found.

    They are told in the order in which they were said: of two that contradict, the later holds.
    """

    def __init__(self, script: Script, heading: str, room: int, *, sent: Collection[UUID] = ()) -> None:
        """`sent` are the messages that go in anyway."""
        self.heading, self.memories = heading, script.context.memories
        self.taken: list[tuple[Remembered, str, int]] = []
        self.cut: list[Remembered] = []
        self._told: dict[Remembered, str] = {}
        left = room - estimate(heading) - LINE_OVERHEAD
        kept_free = (
            left // 2 if self.memories.found else 0
        )  # what bears on the line is not crowded out by what always is
        for why, each in self._wanted(set(sent)):
            cost = estimate(text := written(each)) + 1
            if cost > left - (kept_free if why == "standing" else 0):
                self.cut.append(each)
                continue
            left -= cost
            self.taken.append((each, why, cost))
            self._told[each] = text

    def _wanted(self, sent: set[UUID]) -> list[tuple[str, Remembered]]:
        standing = [("standing", each) for each in self.memories.standing]
        return standing + [("recalled", each) for each in self.memories.found if sent.isdisjoint(each.messages)]

    @property
    def text(self) -> str:
        """Empty when nothing came up."""
        if not self._told:
            return ""
        in_order = sorted(self._told, key=lambda each: (each.source == "episode", each.at))
        return "\n".join([self.heading, *(self._told[each] for each in in_order)])

    @property
    def cost(self) -> int:
        return estimate(self.text) + LINE_OVERHEAD if self._told else 0

    def manifest(self) -> dict[str, Any]:
        """Ids and figures for the receipt; nothing at all where nothing was looked for."""
        memories = self.memories
        if not memories.state:
            return {}
        told: dict[str, Any] = {"remembering": {"state": memories.state, "ms": memories.milliseconds}}
        pinned = [(each, "pinned", estimate(written(each))) for each in memories.pinned]
        if said := [*pinned, *self.taken]:
            told["memories"] = [
                {"id": str(each.id), "source": each.source, "why": why, "score": each.score, "tokens": cost}
                for each, why, cost in said
            ]
        if memories.summary_id is not None:
            told["summary"] = str(memories.summary_id)
        return told

    def left_out(self) -> list[str]:
        return [str(each.id) for each in self.cut]


def pinned_in(script: Script) -> str:
    return "\n".join(written(each) for each in script.context.memories.pinned)


def written(each: Remembered) -> str:
    """A line of the prompt. Nothing of it is read as ours."""
    text = _one_line(each.text, LINE_TOKENS)
    day = f"{each.day}: " if each.day else ""
    if each.source == "memory":
        return f"- {text}" if not each.day else f"- {text} ({each.day})"
    answered = f" ← {_one_line(each.answers, ANSWERED_TOKENS)}" if each.answers else ""
    return f"- {day}{fenced(each.speaker)}: {text}{answered}"


def _one_line(text: str, most: int) -> str:
    return shortened(" ".join(fenced(text).split()), most)
