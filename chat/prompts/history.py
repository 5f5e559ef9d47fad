"""The talk in a prompt: whole messages, the newest ones, from a beginning that stays for many turns."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Literal, NamedTuple
from uuid import UUID

from chat.prompts.company import labelled
from chat.prompts.context import Said
from chat.prompts.fence import blunted
from chat.prompts.lore import Aside
from chat.prompts.script import Script
from chat.prompts.shorten import shortened
from chat.prompts.steps import MOST_MESSAGES, beginning
from inference.base import Line
from inference.tokens import LINE_OVERHEAD, estimate

KEPT_MESSAGES = 4  # the last ones always go in

Asides = Mapping[tuple[UUID, bool], Sequence[Aside]]


class Played(NamedTuple):
    """A message of the branch as the model reads it, with what stands before and after it, and what all that costs."""

    id: UUID
    role: Literal["user", "assistant"]
    text: str
    cost: int
    before: tuple[Aside, ...] = ()
    after: tuple[Aside, ...] = ()


class HistorySection:
    """The messages that go in, with the lore that `standing` puts at them; `left_out` of the branch do not.

    What the talk may take of the prompt, its `share`, depends on nothing that changes from turn to turn. When it has
    outgrown that, it is cut at one go, down to half: then the beginning stays for many turns. `room` is what there is
    for the messages and the lore now.
    """

    def __init__(self, script: Script, standing: Asides, *, share: int, room: int) -> None:
        branch = script.context.branch
        fitting = newest(script, min(share, room))
        if len(fitting) < len(branch) or not script.context.whole:
            fitting = fitting[step(fitting, share // 2) :]
        self._whole, self._standing = script.context.whole, standing
        self._alone = sum(played.cost for played in fitting)
        self.taken = self.played = with_lore(fitting, standing, room - self._alone)
        self.left_out = len(branch) - len(fitting)

    @property
    def cost(self) -> int:
        return sum(played.cost for played in self.played)

    @property
    def alone_at_most(self) -> int:
        """What the messages cost before they are cut again: what stands before the talk and must go by then, goes now,
        and not in the middle of it.
        """
        if self._whole or not self.played:
            return self._alone
        return self._alone * max(MOST_MESSAGES, len(self.played)) // len(self.played)

    @property
    def bare(self) -> set[UUID]:
        """Messages that went in without the lore that stood there."""
        if not self._standing:
            return set()
        places = {message for message, _before in self._standing}
        return {each.id for each in self.played if each.id in places and not (each.before or each.after)}

    @property
    def shorter(self) -> dict[str, int]:
        """By message, how many tokens of its middle are not sent."""
        both = zip(self.taken, self.played, strict=True)
        return {str(was.id): was.cost - now.cost for was, now in both if was is not now}

    def squeeze(self, missing: int) -> None:
        """Take back so many tokens of what always goes in."""
        if missing > 0:
            self.played = squeezed(self.taken, -missing)

    def lines(self, fresh: Asides, moving: Sequence[tuple[int, Aside]], *, opening: str) -> list[Line]:
        return merged(with_asides(self.played, fresh, moving), opening=opening)


def newest(script: Script, room: int) -> list[Played]:
    """The newest messages that fit, oldest first. The last ones are taken in any case."""
    taken: list[Played] = []
    for said in reversed(script.context.branch):
        text = spoken(script, said)
        cost = estimate(text) + LINE_OVERHEAD
        if cost > room and len(taken) >= KEPT_MESSAGES:
            break
        taken.append(Played(said.id, "user" if said.role == "player" else "assistant", text, cost))
        room -= cost
    return taken[::-1]


def step(fitting: Sequence[Played], least: int) -> int:
    """With which of these the talk begins, so that `least` tokens of it, and the last messages, go in."""
    behind = accumulate(played.cost for played in reversed(fitting))
    needed = next((count for count, cost in enumerate(behind, 1) if cost >= least), len(fitting))
    return beginning([played.id for played in fitting[: len(fitting) - max(needed, KEPT_MESSAGES) + 1]])


def with_lore(history: list[Played], standing: Asides, room: int) -> list[Played]:
    """The same with what stands at them. What does not fit goes before any message does, the oldest first."""
    if not standing:
        return history
    told: list[Played] = []
    for played in reversed(history):
        before = tuple(standing.get((played.id, True), ()))
        after = tuple(standing.get((played.id, False), ()))
        cost = sum(aside.cost for aside in (*before, *after))
        if cost and cost <= room:
            played = played._replace(cost=played.cost + cost, before=before, after=after)
        room -= cost
        told.append(played)
    return told[::-1]


def spoken(script: Script, said: Said) -> str:
    """A message as the model reads it."""
    if said.role != "player":
        return blunted(said.text)
    company = script.context.company
    return script.theirs(said.text, seed=said.id) if company is None else labelled(script, said, company)


def squeezed(history: Sequence[Played], room: int) -> list[Played]:
    """The last messages, cut in their middle until they fit: the oldest first, the line to be answered last.

    `room` is what is left beside them, below zero. Each keeps an eighth of what there is for all.
    """
    least = (sum(played.cost for played in history) + room) // (2 * KEPT_MESSAGES)
    shorter = []
    for played in history:
        wanted = max(least, played.cost + room)
        if room < 0 and played.cost > wanted:
            beside = played.cost - estimate(played.text)
            text = shortened(played.text, max(0, wanted - beside))
            room += played.cost - (cost := estimate(text) + beside)
            played = played._replace(text=text, cost=cost)
        shorter.append(played)
    return shorter


def with_asides(history: Sequence[Played], fresh: Asides, moving: Sequence[tuple[int, Aside]]) -> list[Line]:
    """The messages with what stands between them: lore that stood, lore that is new, and what moves along."""
    if not fresh and not moving and not any(played.before or played.after for played in history):
        return [Line(played.role, played.text) for played in history]
    at_end = len(history)
    told: list[list[Aside]] = [[] for _ in range(at_end + 1)]
    places = {played.id: number for number, played in enumerate(history)}
    for number, played in enumerate(history):
        told[number] += played.before
        told[number + 1] += played.after
    for (message, before), asides in fresh.items():
        # Deeper than what went in is the top of what went in.
        told[places[message] + (not before) if message in places else 0] += asides
    for depth, aside in moving:
        told[max(0, at_end - depth)].append(aside)
    lines: list[Line] = []
    for number, asides in enumerate(told):
        # First whoever spoke last, so that their words become one line; the stage's own come together after it.
        lines += [Line(aside.role, aside.text) for aside in sorted(asides, key=lambda aside: aside.role == "system")]
        if number < at_end:
            lines.append(Line(history[number].role, history[number].text))
    return lines


def merged(history: Sequence[Line], *, opening: str) -> list[Line]:
    """User and assistant lines that alternate, beginning with the user: some servers insist."""
    lines: list[Line] = []
    for line in history:
        # What the stage says stays apart: some of it is gone, or elsewhere, at the next turn.
        if lines and lines[-1].role == line.role != "system":
            lines[-1] = Line(line.role, f"{lines[-1].content}\n\n{line.content}")
        else:
            lines.append(line)
    first = next((number for number, line in enumerate(lines) if line.role != "system"), len(lines))
    if first == len(lines) or lines[first].role == "assistant":
        lines.insert(first, Line("user", opening))
    return lines


def alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many lines, or letters, both begin with."""
    differs = (at for at, (line, its) in enumerate(zip(one, other, strict=False)) if line != its)
    return next(differs, min(len(one), len(other)))
