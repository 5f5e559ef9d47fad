"""What of a branch's past matters for lore: what stands in the prompt, and when entries with a clock fired.

It is written into the manifest of each turn and read back from the last one on the branch, so it follows the branch:
another take of a reply begins from the same state.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID


class Line(Protocol):
    """A message of the branch: chat.prompts.Said, or anything like it."""

    @property
    def id(self) -> UUID: ...
    @property
    def role(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an entry stands: after a message, or before it (deeper than the talk was long)."""

    entry: UUID
    message: UUID
    before: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """`lines` and `replies` had been said when `at` was newest; `clocks`: after how many lines an entry fired."""

    at: UUID | None = None
    lines: int = 0
    replies: int = 0
    standing: tuple[Stand, ...] = ()
    clocks: Mapping[UUID, int] = field(default_factory=dict)

    def counted(self, branch: Sequence[Line]) -> tuple[int, int]:
        """How many messages and replies the talk has, the ones before the window included as far as is known."""
        # By id, not by place: ids grow with time, and `at` may have been hidden since.
        fresh = [line for line in branch if self.at is None or line.id > self.at]
        return self.lines + len(fresh), self.replies + sum(line.role == "character" for line in fresh)

    def within(self, messages: Collection[UUID]) -> "State":
        """Without what stood at messages that are not there any more."""
        return replace(self, standing=tuple(stand for stand in self.standing if stand.message in messages))

    def as_dict(self) -> dict[str, Any]:
        return {
            "at": str(self.at) if self.at else None,
            "lines": self.lines,
            "replies": self.replies,
            "standing": [[str(each.entry), str(each.message), int(each.before)] for each in self.standing],
            "clocks": {str(entry): fired for entry, fired in self.clocks.items()},
        }


NOTHING_YET = State()


def state_of(stored: Any) -> State:
    """From a manifest; one that is not ours, or older, is no past."""
    try:
        return State(
            at=UUID(stored["at"]) if stored["at"] else None,
            lines=int(stored["lines"]),
            replies=int(stored["replies"]),
            standing=tuple(Stand(UUID(entry), UUID(at), bool(before)) for entry, at, before in stored["standing"]),
            clocks={UUID(entry): int(fired) for entry, fired in stored["clocks"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return NOTHING_YET
