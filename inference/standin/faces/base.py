"""What every face has to say."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from inference.standin.prompt import Prompt
from inference.standin.steps import Finish, Odd

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens. `cached` and `written` are parts of `prompt`."""

    prompt: int
    completion: int
    cached: int = 0
    written: int = 0


class Face(Protocol):
    """One answer in the words of one vendor. Bytes go out as they are, one write each."""

    prompt: Prompt
    seed: int | None
    cached: int  # tokens of the prompt, where the protocol can tell before the answer
    written: int

    def begin(self) -> bytes: ...
    def say(self, text: str) -> bytes: ...
    def think(self, text: str) -> bytes: ...
    def odd(self, step: Odd) -> bytes: ...
    def finish(self, step: Finish, counted: Counted | None) -> bytes: ...
    def failure(self, status: int, retry_after: str | None) -> tuple[Any, dict[str, str]]:
        """The body of an error, and headers that go with it."""
        ...


def number() -> int:
    return next(_numbers)


def data(payload: Any, name: str = "") -> bytes:
    event = f"event: {name}\n" if name else ""
    return f"{event}data: {json.dumps(payload, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
