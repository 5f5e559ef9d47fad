"""From a file's text to a StoryFile. What it says has to be of the right shape; whether it makes sense: `book`."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from inference.prompts.marked import marked
from inference.prompts.problems import Problem, Unfit
from stories.format.shape import StoryFile
from stories.format.walk import Walk, shape_of


@dataclass(frozen=True, slots=True)
class Written:
    """A story as it was written, and the line of every path in it."""

    file: StoryFile
    lines: Mapping[str, int]
    where: str

    def problem(self, path: str, reason: str) -> Problem:
        """At the line of the path, or of what it stands in."""
        at = path
        while at and at not in self.lines:
            at = at.rpartition(".")[0]
        return Problem(self.where, self.lines.get(at, 1), path, reason)


def read_file(text: str, where: str) -> Written:
    """Raises Unfit with everything that is wrong with its shape."""
    top = marked(text, where)
    walk = Walk(where)
    plain = walk.plain(top, shape_of(StoryFile), "")
    if walk.problems:
        raise Unfit(walk.problems)
    return Written(msgspec.convert(plain, StoryFile), walk.lines, where)
