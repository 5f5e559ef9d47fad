"""Follows turns that run in other processes, for the sockets of this one.

One blocking read over all followed streams of a shelf. The set changes by writing to a wake stream that is part of the
read, so a newly followed turn is heard within a millisecond.
"""

import asyncio
from typing import Any
from uuid import UUID

import structlog

from accounts.encryption import Cipher
from chat import protocol
from chat.live import redis, shelves, stream
from chat.live.text import LiveTurn

log = structlog.get_logger(__name__)
BLOCK_MILLISECONDS = 1000


class FollowedTurn(LiveTurn):
    """A turn of another process, as far as its stream was read."""

    cipher: Cipher
    last_id: bytes | str = "0-0"
    outcome: str | None = None

    def take(self, entry: stream.Entry) -> None:
        """Add what is new in an entry; entries may overlap after Redis was restarted."""
        self.outcome = entry.end or self.outcome
        if entry.back is not None and protocol.encode(entry.back) != self.withdrawal:
            self.withdrawn(entry.back)
        if entry.first > self.seq + 1:
            return  # a piece is missing: the stored text will have it
        fresh = entry.pieces[max(0, self.seq - entry.first + 1) :]
        if fresh and self.phase != "speaking":
            self.enter("speaking")
        for piece in fresh:
            self.say(piece)


class Tail:
    """Of one shelf."""

    def __init__(self, process: UUID, shelf: str, finished: asyncio.Queue[FollowedTurn]) -> None:
        self._shelf = shelf
        self._wake_key = shelves.wake_key(shelf, process)
        self._wake_id: bytes | str = "$"
        self._turns: dict[UUID, FollowedTurn] = {}
        self._task: asyncio.Task[None] | None = None
        self._finished = finished
        self._waking: set[asyncio.Task[None]] = set()

    def follow(self, turn: FollowedTurn) -> None:
        self._turns[turn.turn_id] = turn
        if self._task is None:
            self._wake_id = "0-0"
            self._task = asyncio.get_running_loop().create_task(self._run(), name="tail")
        else:
            # Not waited for: where the shelf is away, turns of others are followed meanwhile.
            waking = asyncio.get_running_loop().create_task(self._wake(), name="tail_wake")
            self._waking.add(waking)
            waking.add_done_callback(self._waking.discard)

    def drop(self, turn: FollowedTurn) -> None:
        self._turns.pop(turn.turn_id, None)

    async def close(self) -> None:
        for task in (self._task, *self._waking):
            if task is not None:
                task.cancel()

    async def _wake(self) -> None:
        try:
            await shelves.client().xadd(self._wake_key, {"w": 1}, maxlen=10)
            await shelves.client().expire(self._wake_key, 60)
        except redis.AWAY:
            pass  # the read below times out within a second and then sees the new set

    async def _run(self) -> None:
        reader, pause = shelves.blocking_client(), 0.05
        try:
            while self._turns:
                try:
                    await self._read(reader)
                    pause = 0.05
                except redis.AWAY as error:
                    log.warning("tail_lost_redis", turns=len(self._turns), error=type(error).__name__)
                    await asyncio.sleep(pause)
                    pause = min(1.0, pause * 2)
        finally:
            self._task = None
            await reader.aclose()

    async def _read(self, reader: shelves.Client) -> None:
        by_key = {shelves.turn_key(turn.turn_id).encode(): turn for turn in self._turns.values()}
        wanted: dict[Any, Any] = {key: turn.last_id for key, turn in by_key.items()}
        wanted[self._wake_key] = self._wake_id
        answer: Any = await reader.xread(wanted, block=BLOCK_MILLISECONDS)
        # RESP2 answers with a list of pairs, RESP3 with a mapping of lists.
        streams = answer.items() if isinstance(answer, dict) else answer
        for key, entries in streams or ():
            rows = entries[0] if entries and isinstance(entries[0], list) else entries
            if (turn := by_key.get(key)) is None:
                self._wake_id = rows[-1][0]
                continue
            for entry_id, fields in rows:
                turn.last_id = entry_id
                turn.take(stream.read_entry(fields, turn_id=turn.turn_id, cipher=turn.cipher))
            if turn.outcome is not None:
                self.drop(turn)
                self._finished.put_nowait(turn)


class Tails:
    """One for each shelf that a followed turn lies on: a shelf that is away holds up no other."""

    def __init__(self, process: UUID) -> None:
        self._process = process
        self._by_shelf: dict[str, Tail] = {}
        # Turns whose last entry was read, for the node to settle with its sockets.
        self.finished: asyncio.Queue[FollowedTurn] = asyncio.Queue()

    def follow(self, turn: FollowedTurn) -> None:
        self._of(turn).follow(turn)

    def drop(self, turn: FollowedTurn) -> None:
        self._of(turn).drop(turn)

    async def close(self) -> None:
        for tail in self._by_shelf.values():
            await tail.close()

    def _of(self, turn: FollowedTurn) -> Tail:
        shelf = shelves.shelf_of(turn.turn_id)
        if (found := self._by_shelf.get(shelf)) is None:
            found = self._by_shelf[shelf] = Tail(self._process, shelf, self.finished)
        return found
