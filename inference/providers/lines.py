"""A prompt's lines for servers that know two speakers who take turns, and instructions at the beginning only."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from inference.base import Line

GO_ON = "Carry on from exactly where your last message breaks off. Do not repeat any of it, and add nothing before it."

_MARK = re.compile(r"<(\s*/?\s*system\b)", re.I)


class Turn(NamedTuple):
    """What one side says, in parts. `upto` tells for each part how many lines of the prompt it ends."""

    role: Literal["user", "assistant"]
    parts: list[str]
    upto: list[int]


class Laid(NamedTuple):
    """`system`: the instructions at the beginning, with what they end, as in a Turn."""

    system: list[tuple[str, int]]
    turns: list[Turn]


def laid_out(lines: Sequence[Line], *, prefill: bool) -> Laid:
    """Instructions first, then turns that alternate and begin with the user.

    An instruction between the turns keeps its place: it becomes a part of the user's turn there, marked, and nobody
    else's words can carry the mark. Without `prefill` a last line of the assistant's is asked to be carried on.
    """
    if not prefill:
        lines = asked_to_go_on(lines)
    system: list[tuple[str, int]] = []
    turns: list[Turn] = []
    for number, line in enumerate(lines, 1):
        if not line.content.strip():
            continue
        if line.role != "system":
            _say(turns, line.role, _unmarked(line.content), number)
        elif not turns:
            system.append((line.content, number))
        else:
            _say(turns, "user", f"<system>\n{line.content}\n</system>", number)
    if not turns or turns[0].role == "assistant":
        turns.insert(0, Turn("user", ["…"], [0]))
    return Laid(system, turns)


def _say(turns: list[Turn], role: Literal["user", "assistant"], text: str, number: int) -> None:
    if not turns or turns[-1].role != role:
        turns.append(Turn(role, [], []))
    turns[-1].parts.append(text)
    turns[-1].upto.append(number)


def _unmarked(text: str) -> str:
    return _MARK.sub(r"‹\1", text) if "<" in text else text


def asked_to_go_on(lines: Sequence[Line]) -> Sequence[Line]:
    if lines and lines[-1].role == "assistant":
        return (*lines, Line("user", GO_ON))
    return lines


def stops(wanted: Iterable[str], *, most: int) -> list[str]:
    """The first so many that are more than blank: some servers refuse the whole request for one that is not."""
    return [one for one in dict.fromkeys(wanted) if one.strip()][:most]
