"""What the character remembers: statements with their days, and lines that were said, word for word.

What is pinned stands before the talk. The rest is said before the line at which it came to mind, once, and stays there
for as long as the line does, as lore does: so the next prompt begins as this one did (docs/prompts.md, "What providers
keep").
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from chat.prompts.context import Placed, Remembered
from chat.prompts.fence import fenced
from chat.prompts.lore import Aside
from chat.prompts.script import Script
from chat.prompts.shorten import shortened
from inference.tokens import LINE_OVERHEAD, estimate

ANSWERED_TOKENS = 60  # of the line that a remembered one answers
LINE_TOKENS = 240  # of a remembered line
TALK_SHARE = 8  # the part of the room that memories may take between the messages
# Of what is recalled anew, where the talk holds memories already: nine tenths of a prompt are to be the last one's.
FRESH_TOKENS, FRESH_SHARE = 160, 40


class MemorySection:
    """The memories of one prompt: those that stand in the talk, and those that come to mind now.

    Of all that is new, what always has to be there comes first, then the best of what was found, whole ones only.
    They are told in the order in which they were said: of two that contradict, the later holds.
    """

    def __init__(self, script: Script, heading: str, total: int) -> None:
        self.heading, self.memories = heading, script.context.memories
        self.taken: list[tuple[Remembered, str, int]] = []
        self.cut: list[Remembered] = []
        self._leaf = script.context.branch[-1].id if script.context.branch else None
        self._told: dict[UUID, tuple[str, int]] = {}
        self._heading_cost = estimate(heading) + 1 + LINE_OVERHEAD
        self.most = total // TALK_SHARE if self.memories.state else 0
        self.placed = self._fitting({said.id for said in script.context.branch}) if self.memories.placed else []

    def _fitting(self, branch: Collection[UUID]) -> list[Placed]:
        """Those that have room. What was recalled longest ago goes at one go, down to half, so that the rest stays for
        many turns; and where the talk was cut, since the prompt begins anew there anyway.
        """
        placed = [each for each in self.memories.placed if each.message in branch]
        left = sum(self._cost(each.rows) for each in placed)
        if left <= (self.most if len(placed) == len(self.memories.placed) else self.most // 2):
            return placed
        always = {each.id for each in self.memories.standing}
        fitting = []
        for each in placed:
            kept = each
            if left > self.most // 2:
                kept = each._replace(rows=tuple(row for row in each.rows if row.id in always))
                left -= self._cost(each.rows) - (self._cost(kept.rows) if kept.rows else 0)
            fitting += [kept] if kept.rows else []
        return fitting if left <= self.most else []

    def _cost(self, rows: Iterable[Remembered]) -> int:
        return self._heading_cost + sum(self._line(each)[1] for each in rows)

    def _line(self, each: Remembered) -> tuple[str, int]:
        """Its line, and what that costs with its break."""
        if (told := self._told.get(each.id)) is None:
            text = written(each)
            told = self._told[each.id] = text, estimate(text) + 1
        return told

    def at_messages(self) -> dict[tuple[UUID, bool], list[Aside]]:
        """What stands already, by where it does."""
        return {(each.message, True): [self._aside(each.rows)] for each in self.placed}

    def come_up(self, room: int, *, sent: Collection[UUID], before: int) -> None:
        """What is not there yet, within `room` tokens; `sent` are the messages that go in anyway. `before`: what stands
        before it.
        """
        there = {each.id for placed in self.placed for each in placed.rows}
        left = min(room, self.most) - self._heading_cost
        # What bears on the line is not crowded out by what always is, and does not crowd out the talk.
        for_standing = left // 2 if self.memories.found else left
        for_found = max(min(FRESH_TOKENS, self.most // 8), before // FRESH_SHARE) if self.placed else left
        for why, each in self._wanted(there, frozenset(sent)):
            cost = self._line(each)[1]
            if cost > min(left, for_standing if why == "standing" else for_found):
                self.cut.append(each)
                continue
            left -= cost
            if why == "standing":
                for_standing -= cost
            else:
                for_found -= cost
            self.taken.append((each, why, cost))

    def _wanted(self, there: Collection[UUID], sent: Collection[UUID]) -> list[tuple[str, Remembered]]:
        """What all of its lines say in the prompt is not said twice."""
        memories = self.memories
        wanted = [("standing", each) for each in memories.standing] + [("recalled", each) for each in memories.found]
        return [
            (why, each)
            for why, each in wanted
            if each.id not in there and not (each.messages and all(line in sent for line in each.messages))
        ]

    def fresh(self) -> dict[tuple[UUID, bool], list[Aside]]:
        """What came to mind now, before the line that is answered."""
        if not self.taken or self._leaf is None:
            return {}
        return {(self._leaf, True): [self._aside(each for each, _why, _cost in self.taken)]}

    def _aside(self, rows: Iterable[Remembered]) -> Aside:
        in_order = sorted(rows, key=lambda each: (each.source == "episode", each.at, each.id))
        text = "\n".join([self.heading, *(self._line(each)[0] for each in in_order)])
        return Aside("system", text, estimate(text) + LINE_OVERHEAD)

    @property
    def cost(self) -> int:
        """Of what is new."""
        return sum(aside.cost for asides in self.fresh().values() for aside in asides)

    def manifest(self, sent: Collection[UUID], bare: Collection[UUID]) -> dict[str, Any]:
        """Ids and figures for the receipt and for the next turn; nothing at all where nothing was looked for. `sent`
        are the messages that went in, `bare` those of them that did without what stood there.
        """
        memories = self.memories
        if not memories.state:
            return {}
        told: dict[str, Any] = {"remembering": {"state": memories.state, "ms": memories.milliseconds}}
        stands = [each for each in self.placed if each.message in sent and each.message not in bare]
        said = [_noted(each, "pinned", estimate(written(each))) for each in memories.pinned]
        for each in stands:
            at = {"at": str(each.message)}
            said += [_noted(row, "placed", self._line(row)[1]) | at for row in each.rows]
        said += [_noted(*each) for each in self.taken]
        if said:
            told["memories"] = said
        rows = tuple(each for each, _why, _cost in self.taken)
        if rows and self._leaf is not None:
            stands = [*stands, Placed(self._leaf, rows)]
        told["placed"] = [[str(each.message), [str(row.id) for row in each.rows]] for each in stands]
        if memories.summary_id is not None:
            told["summary"] = str(memories.summary_id)
        return told

    def left_out(self) -> list[str]:
        return [str(each.id) for each in self.cut]


def together(*asides: Mapping[tuple[UUID, bool], Sequence[Aside]]) -> dict[tuple[UUID, bool], list[Aside]]:
    """What several parts say at the messages, in their order."""
    said: dict[tuple[UUID, bool], list[Aside]] = {}
    for each in asides:
        for place, told in each.items():
            said.setdefault(place, []).extend(told)
    return said


def _noted(each: Remembered, why: str, cost: int) -> dict[str, Any]:
    return {"id": str(each.id), "source": each.source, "why": why, "score": each.score, "tokens": cost}


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
