"""The tree of a conversation as people see it. Pure: rows in, questions answered.

A deleted line takes with it whatever follows it. A hidden one is gone alone: what follows it moves up to what it
followed, and stands there among the alternatives.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Node(NamedTuple):
    id: UUID
    parent_id: UUID | None
    hidden: bool
    deleted: bool


class Tree:
    """`nodes` are all lines of a conversation, the deleted ones too, by id: a parent comes before its children.

    One whose parent is missing, because its month was dropped, stands at the root.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._parents: dict[UUID, UUID | None] = {}
        # What a line follows in view; None at the root. Of those that are not cut off, hidden ones too.
        self._above: dict[UUID, UUID | None] = {}
        self._below: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
        hidden: set[UUID] = set()
        for node in nodes:
            parent = node.parent_id if node.parent_id in self._parents else None
            self._parents[node.id] = parent
            if node.deleted or (parent is not None and parent not in self._above):
                continue
            above = self._above[parent] if parent is not None and parent in hidden else parent
            self._above[node.id] = above
            if node.hidden:
                hidden.add(node.id)
            else:
                self._below[above].append(node.id)
        self._hidden = hidden

    def shows(self, line: UUID | None) -> bool:
        return line in self._above and line not in self._hidden

    def above(self, line: UUID) -> UUID | None:
        """What a line that shows follows; None for one that opens the talk."""
        return self._above[line]

    def below(self, line: UUID | None) -> list[UUID]:
        """The alternatives that follow a line, or that open the talk, oldest first."""
        return list(self._below.get(line, ()))

    def newest_leaf(self, line: UUID | None) -> UUID | None:
        """Where the branch through a line was left; None in an empty talk."""
        while below := self._below.get(line):
            line = below[-1]
        return line

    def resting(self, head: UUID | None) -> UUID | None:
        """Where a branch ends that ended in `head` before lines were taken out or put back."""
        return self.newest_leaf(self.in_view(head))

    def in_view(self, line: UUID | None) -> UUID | None:
        """The line itself, or the nearest above it that shows."""
        while line is not None and not self.shows(line):
            line = self._parents.get(line)
        return line

    def branch(self, leaf: UUID | None) -> list[UUID]:
        """From the opening to `leaf`, which shows."""
        lines: list[UUID] = []
        while leaf in self._above:
            lines.append(leaf)
            leaf = self._above[leaf]
        return lines[::-1]
