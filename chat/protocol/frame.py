"""What all frames are made of, and the answer to one that cannot be obeyed."""

from typing import Any
from uuid import UUID

import msgspec

MAX_SEQ = 2**53 - 1  # the largest whole number that a browser counts exactly


class Client(msgspec.Struct, tag_field="type"):
    pass


class Server(msgspec.Struct, tag_field="type", omit_defaults=True):
    pass


class Left(msgspec.Struct):
    """What is left of a limit: `remaining` of `limit`, all of it again in `seconds`. `name`: user, hour, ip, …"""

    name: str
    limit: int
    remaining: int
    seconds: int


class Error(Server, tag="error"):
    code: str
    message: str
    limit: int | None = None
    retry_after: float | None = None
    client_id: UUID | None = None
    rule: str | None = None  # which one stands against what was said
    reason: str | None = None  # why the rules of a story refuse an action
    left: Left | None = None


class FrameError(Exception):
    """A frame that cannot be obeyed. `frame` is the answer; the socket stays."""

    def __init__(self, code: str, message: Any, *, limit: int | None = None, client_id: UUID | None = None) -> None:
        super().__init__(code)
        self.frame = Error(code=code, message=str(message), limit=limit, client_id=client_id)
