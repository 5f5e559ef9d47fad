"""Writes what this process's turns have said to their streams: a command a shelf every 200 ms, not one a token."""

import asyncio

import structlog
from django.conf import settings

from chat.live import redis, shelves, stream
from chat.live.stream import OwnedTurn

log = structlog.get_logger(__name__)
TURNS_A_COMMAND = 100


class Flusher:
    """A task that lives while a turn of its shelf has something to be written."""

    def __init__(self) -> None:
        self._turns: set[OwnedTurn] = set()
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def add(self, turn: OwnedTurn) -> None:
        self._turns.add(turn)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="flusher")

    def drop(self, turn: OwnedTurn) -> None:
        """Write no more of this turn."""
        self._turns.discard(turn)

    def hurry(self) -> None:
        """A turn has ended, or took something back: do not let its remote readers wait for the next round."""
        self._hurry.set()

    async def drain(self) -> None:
        """Write what is left, once."""
        if self._task is not None:
            self._task.cancel()
        await self._flush()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + settings.FLUSH_SECONDS
        try:
            while self._turns:
                try:
                    async with asyncio.timeout_at(due):
                        await self._hurry.wait()
                except TimeoutError:
                    pass
                self._hurry.clear()
                # Those that go on wait for their round: on a busy process some turn ends every few milliseconds.
                round_is_due = loop.time() >= due
                if round_is_due:
                    due = loop.time() + settings.FLUSH_SECONDS
                await self._flush(ended_only=not round_is_due)
        finally:
            self._task = None

    async def _flush(self, *, ended_only: bool = False) -> None:
        news = [turn for turn in self._turns if turn.has_news() and (turn.is_urgent() or not ended_only)]
        for start in range(0, len(news), TURNS_A_COMMAND):
            try:
                await stream.write(news[start : start + TURNS_A_COMMAND])
            except redis.AWAY as error:
                log.warning("stream_not_written", turns=len(news), error=type(error).__name__)
                self._forget_ended()
                return
        self._turns = {turn for turn in self._turns if not turn.outcome_flushed}

    def _forget_ended(self) -> None:
        # What is settled is in Postgres; only running turns are worth another try.
        self._turns = {turn for turn in self._turns if turn.outcome is None}


class Flushers:
    """One for each shelf: one that is away holds up no other."""

    def __init__(self) -> None:
        self._by_shelf: dict[str, Flusher] = {}

    def add(self, turn: OwnedTurn) -> None:
        self._of(turn).add(turn)

    def drop(self, turn: OwnedTurn) -> None:
        self._of(turn).drop(turn)

    def hurry(self, turn: OwnedTurn) -> None:
        self._of(turn).hurry()

    async def drain(self) -> None:
        await asyncio.gather(*(flusher.drain() for flusher in self._by_shelf.values()))

    def _of(self, turn: OwnedTurn) -> Flusher:
        return self._by_shelf.setdefault(shelves.shelf_of(turn.turn_id), Flusher())
