"""Spans: where the time of a turn, a page, a task goes. Without a tracer (docs/observing.md) they cost a call each.

Attributes are ids and sizes, never text, names of people or addresses.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self


class Span:
    """One that nobody keeps. It has begun when it is made; as a context it is also what others are made within, and is
    to be left in the task that entered it.
    """

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def end(self) -> None: ...

    def note(self, **attributes: Any) -> None:
        """Attributes that are known later."""

    def failed(self, code: str) -> None:
        """Its whole trace is kept, whatever the share says. An exception that leaves it says so too."""


Opener = Callable[[str, bool, dict[str, Any]], Span]
NOBODYS = Span()
_opener: Opener | None = None
_ids: Callable[[], dict[str, str]] = dict


def span(name: str, *, root: bool = False, **attributes: Any) -> Span:
    """`root` begins a trace of its own, with a link to where it came from."""
    return _opener(name, root, attributes) if _opener is not None else NOBODYS


def ids() -> dict[str, str]:
    """`trace_id` and `span_id` of where we are, for lines of the log; empty outside of a span."""
    return _ids()


def trace_with(opener: Opener | None, told: Callable[[], dict[str, str]] = dict) -> None:
    """From now on spans are made by this, and `told` says in which one we are; None: by nobody."""
    global _opener, _ids
    _opener, _ids = opener, told
