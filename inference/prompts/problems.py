"""What is wrong with a template, said where it is wrong."""

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """`line` counts from one; `block` is empty where it is about the whole."""

    where: str
    line: int
    block: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {f'{self.block}: ' if self.block else ''}{self.reason}"


class Unfit(ValueError):
    """A template that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
