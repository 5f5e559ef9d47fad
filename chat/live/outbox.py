"""What one socket still has to be sent.

`put` and `follow` never wait, so a reader that stops reading delays nobody. What can go out at once does; only behind
a reader that is slow is anything queued. The queue is bounded by construction: a turn stands in it at most once, as a
mark that is replaced by all its unsent text when the socket's turn comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from chat.live.tally import tally

if TYPE_CHECKING:
    from chat.live.text import LiveTurn

MAX_QUEUED_CHARACTERS = 512 * 1024  # of frames that are not text of a turn: several of the longest messages


class Ear(Protocol):
    def begin(self, turn: LiveTurn) -> None:
        """This socket is told of `turn` from now on."""
        ...

    def moved(self) -> None:
        """Some of what waited has gone out."""
        ...


class Outbox:
    """One sender task, alive only while something is queued."""

    __slots__ = (
        "_blocked_since", "_characters", "_marked", "_queue", "_send", "_sender", "_sent", "_slow", "_write", "closed",
        "ear", "user_id",
    )  # fmt: skip

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        slow: Callable[[], None],
        write: Callable[[str], bool] | None = None,
        *,
        user_id: UUID | None = None,
    ) -> None:
        """`send` writes one frame and waits for room; `write` does so at once, or says False; a server may not have it.

        `slow` is called once when the reader is given up. `user_id` is whose socket it is: one that is nobody's is told
        only what is for everybody.
        """
        self._send = send
        self._slow = slow
        self._write = write
        # A list: it is short while there is anything in it, and an empty deque weighs ten times as much.
        self._queue: list[str | LiveTurn] = []
        self._characters = 0
        self._marked: set[LiveTurn] | None = None
        self._sent: dict[LiveTurn, int] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._blocked_since: float | None = None
        self.closed = False
        self.user_id = user_id
        # Who says aloud what this socket is told, where it is listened to.
        self.ear: Ear | None = None

    @property
    def waiting(self) -> int:
        """Characters of frames that its reader has not taken yet."""
        return self._characters

    def put(self, frame: str) -> None:
        if self.closed or self._written(frame):
            return
        self._queue.append(frame)
        self._characters += len(frame)
        if self._characters > MAX_QUEUED_CHARACTERS:
            self.give_up()
        else:
            self._wake()

    def follow(self, turn: LiveTurn) -> None:
        """`turn` has said something new."""
        if self.closed or self._said(turn):
            return
        if self._marked is None:
            self._marked = set()
        if turn not in self._marked:
            self._marked.add(turn)
            self._queue.append(turn)
            self._wake()

    def watch(self, turn: LiveTurn, seen: int = 0) -> None:
        """Send what `turn` says after piece `seen`, from now on."""
        if self._sent is None:
            self._sent = {}
        # One that still waits in the queue is needed: without it all of its text would go out again.
        for old in [old for old in self._sent if old.ended.is_set() and old not in (self._marked or ())]:
            del self._sent[old]
        self._sent[turn] = seen
        turn.watchers.add(self)
        if turn.seq > seen:
            self.follow(turn)
        if self.ear is not None:
            self.ear.begin(turn)

    def watched(self) -> list[LiveTurn]:
        """Turns that are still running."""
        return [turn for turn in self._sent or () if not turn.ended.is_set()]

    def blocked_for(self, now: float) -> float:
        return now - self._blocked_since if self._blocked_since is not None else 0.0

    def give_up(self) -> None:
        """Drop everything: this reader has stopped reading."""
        if not self.closed:
            tally.given_up += 1
            self.close()
            self._slow()

    def close(self) -> None:
        self.closed = True
        self._queue.clear()
        if self._sender is not None:
            self._sender.cancel()

    def _written(self, frame: str) -> bool:
        # While there is a sender, something waits before this frame.
        if self._sender is not None or self._write is None:
            return False
        try:
            written = self._write(frame)
        except (RuntimeError, OSError):
            return False  # the sender meets it again, and it is this socket's alone
        tally.sent += written
        return written

    def _said(self, turn: LiveTurn) -> bool:
        assert self._sent is not None
        seen = self._sent.get(turn, 0)
        frame = turn.frame_after(seen)
        if frame is not None and not self._written(frame):
            return False
        self._sent[turn] = max(seen, turn.seq)
        return True

    def _wake(self) -> None:
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._queue:
                item = self._queue.pop(0)
                if isinstance(item, str):
                    self._characters -= len(item)
                    frame: str | None = item
                else:
                    frame = self._unsent(item)
                if frame is not None:
                    self._blocked_since = loop.time()
                    await self._send(frame)
                    self._blocked_since = None
                    tally.sent += 1
                    if self.ear is not None:
                        self.ear.moved()
        except (RuntimeError, OSError):
            # The socket was closed under a pending send; its consumer hears of it by itself.
            self.closed = True
            self._queue.clear()
        finally:
            self._blocked_since = None
            self._sender = None

    def _unsent(self, turn: LiveTurn) -> str | None:
        assert self._marked is not None
        assert self._sent is not None
        self._marked.discard(turn)
        seen = self._sent.get(turn, 0)
        self._sent[turn] = max(seen, turn.seq)
        return turn.frame_after(seen)
