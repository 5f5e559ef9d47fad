"""What is wrong with a template, said where it is wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple


class Reason(str):
    """In English; its `words` and what is put into them are kept apart, for whoever reads another language."""

    words: str
    values: Mapping[str, Any]

    def told(self, translated: Callable[[str], str]) -> str:
        """In the language of `translated`, what is put in too where that is a reason itself."""
        values = {
            name: value.told(translated) if isinstance(value, Reason) else value for name, value in self.values.items()
        }
        return translated(self.words) % values if values else translated(self.words)


def reason(words: str, **values: Any) -> Reason:
    """Imported as `_`: by that name the catalogues of messages find what has to be translated."""
    made = Reason(words % values if values else words)
    made.words, made.values = words, values
    return made


_ = reason


def packed(said: str) -> Any:
    """As JSON holds it; `unpacked` is the way back."""
    if not isinstance(said, Reason):
        return said
    return {"words": said.words, "values": {name: packed(value) for name, value in said.values.items()}}


def unpacked(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    return reason(stored["words"], **{name: unpacked(value) for name, value in stored["values"].items()})


def either(words: Sequence[str]) -> str:
    """One or another of these."""
    return reduce(lambda one, other: _("%(one)s or %(other)s", one=one, other=other), words)


class Problem(NamedTuple):
    """`line` counts from one; `block` is empty where it is about the whole."""

    where: str
    line: int
    block: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {f'{self.block}: ' if self.block else ''}{self.reason}"

    def told(self, translated: Callable[[str], str]) -> str:
        """The reason alone, in the language of `translated`."""
        return self.reason.told(translated) if isinstance(self.reason, Reason) else self.reason


class Unfit(ValueError):
    """A template that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
