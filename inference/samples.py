"""What a template can be tried on. Whoever renders one in earnest says here how, in its `apps.py`."""

from typing import Any, NamedTuple, Protocol

from django.utils.functional import Promise

from inference.base import Line
from inference.prompts import Shelf


class Sample(NamedTuple):
    key: str
    label: str | Promise


class Stage(Protocol):
    """`user` is who looks: beside what is made up they are offered what is their own, and nobody else's."""

    def samples(self, name: str, user: Any | None) -> list[Sample]: ...

    def render(self, name: str, key: str, shelf: Shelf, user: Any | None) -> list[Line]:
        """Raises LookupError for a sample that there is not, or not for this user."""
        ...


_stages: dict[str, Stage] = {}


def on_stage(name: str, stage: Stage) -> None:
    _stages[name] = stage


def samples_of(name: str, user: Any | None = None) -> list[Sample]:
    return _stages[name].samples(name, user) if name in _stages else []


def rendered(name: str, key: str, shelf: Shelf, user: Any | None = None) -> list[Line]:
    """Raises LookupError."""
    return _stages[name].render(name, key, shelf, user)
