"""This server process: its sockets, its turns, its lease, and its ear for other processes.

There is one node per event loop. Text for sockets of the same process never leaves it; other processes read the
turn's Redis stream, and hear hints (a turn began, stop, something changed) over the channel layer.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from accounts.ids import uuid7
from chat.live import redis
from chat.live.flusher import Flushers
from chat.live.outbox import Outbox
from chat.live.stream import OwnedTurn
from chat.live.tail import FollowedTurn, Tails
from chat.live.text import LiveTurn
from chat.scene import FOR_ALL, Audience

log = structlog.get_logger(__name__)
TELLS_TO_END = 8  # a second apart; a statement that is being cancelled may take five
Handler = Callable[[dict[str, Any]], Awaitable[None]]


EVERYBODY = "nodes"  # the group of all processes


def group_of(conversation_id: UUID) -> str:
    return f"talk.{conversation_id.hex}"


class Node:
    def __init__(self) -> None:
        self.id = uuid7()
        self.sockets: defaultdict[UUID, set[Outbox]] = defaultdict(set)
        self.running: dict[UUID, LiveTurn] = {}  # by conversation; owned and followed
        self.flusher = Flushers()
        self.tail = Tails(self.id)
        self.draining = False
        # Of conversations with sockets here: where they stand as far as the sockets were told, and which turn of
        # theirs ended last. A conversation that is missing in `heads` was just told to look for itself.
        self.heads: dict[UUID, UUID | None] = {}
        self.ended: dict[UUID, UUID] = {}
        # When Redis last began to answer without a break: leases are believed only after a full lease since.
        self.redis_since: float | None = None
        # Whether no other process has sockets, as of the last renewal of the lease.
        self.alone = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._channel: str | None = None
        self._listening = asyncio.Event()

    # ------------------------------------------------------------ sockets and turns of this process

    def join(self, conversation_id: UUID, outbox: Outbox, *, head: UUID | None) -> None:
        """`head` is what the socket was told of where the conversation stands."""
        here = self.sockets[conversation_id]
        here.add(outbox)
        self.heads.setdefault(conversation_id, head)
        if len(here) == 1:
            self.spawn(self._hear_of(conversation_id), "group_add")

    def leave(self, conversation_id: UUID, outbox: Outbox) -> None:
        here = self.sockets[conversation_id]
        here.discard(outbox)
        if not here:
            del self.sockets[conversation_id]
            self.heads.pop(conversation_id, None)
            self.ended.pop(conversation_id, None)
            self.spawn(self._hear_no_more_of(conversation_id), "group_discard")
        if (turn := self.running.get(conversation_id)) is not None:
            turn.watchers.discard(outbox)
            if not turn.watchers and isinstance(turn, FollowedTurn):
                self.tail.drop(turn)
                del self.running[conversation_id]

    def begin(self, turn: OwnedTurn) -> None:
        """A turn starts here: every socket of its conversation watches it from the first piece."""
        self.running[turn.conversation_id] = turn
        self.told_head(turn.conversation_id, turn.parent_id)
        for outbox in self.sockets.get(turn.conversation_id, ()):
            if turn.audience.shown_to(outbox.user_id):
                outbox.watch(turn)
        self.flusher.add(turn)

    def finish(self, turn: LiveTurn, frame: str, *, spoken: bool, stored: bool = True) -> None:
        """A turn is settled: `frame` is its `ai_end`; `spoken` says whether there is a reply.

        Not `stored`: it could not be, and its stream has all there is.
        """
        told = bool(turn.watchers) or turn.audience.seen_by is not None
        turn.end(frame)
        if told and turn.conversation_id in self.sockets:
            self.ended[turn.conversation_id] = turn.turn_id
            # Lines that were said meanwhile stand behind the reply.
            if spoken and self.heads.get(turn.conversation_id, turn.parent_id) == turn.parent_id:
                self.heads[turn.conversation_id] = turn.message_id
        if self.running.get(turn.conversation_id) is turn:
            del self.running[turn.conversation_id]
        if isinstance(turn, OwnedTurn):
            if stored and self.alone:
                self.flusher.drop(turn)  # nobody waits elsewhere for what is in Postgres by now
            else:
                self.flusher.hurry(turn)

    def follow(self, turn: FollowedTurn) -> LiveTurn:
        """Watch a turn of another process; returns the one already followed if there is one."""
        known = self.running.get(turn.conversation_id)
        if known is not None and known.turn_id == turn.turn_id:
            return known
        self.running[turn.conversation_id] = turn
        self.tail.follow(turn)
        return turn

    def owned(self) -> list[OwnedTurn]:
        return [turn for turn in self.running.values() if isinstance(turn, OwnedTurn)]

    def tell(
        self, conversation_id: UUID, frame: str, *, but: Outbox | None = None, audience: Audience = FOR_ALL
    ) -> None:
        for outbox in self.sockets.get(conversation_id, ()):
            if outbox is not but and audience.shown_to(outbox.user_id):
                outbox.put(frame)

    def tell_changed(self, conversation_id: UUID, frame: str) -> None:
        """`frame` makes pages look for themselves: from then on they know where the conversation stands."""
        self.heads.pop(conversation_id, None)
        self.tell(conversation_id, frame)

    def tell_each_changed(self, conversation_id: UUID, frames: Mapping[UUID, str]) -> None:
        """The same, for a change that not everybody may know of: each person has a frame of their own, or none."""
        self.heads.pop(conversation_id, None)
        for outbox in self.sockets.get(conversation_id, ()):
            if outbox.user_id is not None and (frame := frames.get(outbox.user_id)):
                outbox.put(frame)

    def told_head(self, conversation_id: UUID, head: UUID | None) -> None:
        if conversation_id in self.sockets:
            self.heads[conversation_id] = head

    # ------------------------------------------------------------ other processes

    def hint(self, conversation_id: UUID, **hint: Any) -> None:
        """Tell the other processes that have sockets of this conversation. Without Redis they find out later.

        Not waited for: with Redis hanging, the turn of this process goes on, and so does its stop.
        """
        if not self.alone:
            self.spawn(self._hint(conversation_id, hint), "hint")

    async def _hint(self, conversation_id: UUID, hint: dict[str, Any]) -> None:
        await self._send(group_of(conversation_id), {"conversation": conversation_id.hex} | hint)

    async def hint_everybody(self, **hint: Any) -> None:
        """Tell all other processes, whatever sockets they have."""
        await self._send(EVERYBODY, hint)

    async def _send(self, group: str, hint: dict[str, Any]) -> None:
        try:
            await get_channel_layer().group_send(group, {"type": "hint", "node": self.id.hex, **hint})
        except redis.AWAY as error:
            log.warning("hint_not_sent", error=type(error).__name__)

    async def send_to(self, process: UUID, **hint: Any) -> bool:
        """The same to one process, wherever its sockets are. False when it cannot be reached."""
        try:
            channel: Any = await redis.client().get(redis.lease_key(process))
            if channel is None:
                return False
            await get_channel_layer().send(channel.decode(), {"type": "hint", "node": self.id.hex, **hint})
        except redis.AWAY:
            return False
        return True

    # ------------------------------------------------------------ life of the process

    def spawn(self, work: Awaitable[Any], name: str) -> asyncio.Task[Any]:
        """Run `work` as a task that is kept alive and whose failure is logged: nobody awaits it."""
        task = asyncio.create_task(self._guarded(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def start(
        self, *, hear: Handler, tick: Callable[[], Awaitable[None]], redis_is_back: Callable[[], None]
    ) -> None:
        """`hear` is given the hints of other processes, one after the other; `tick` runs every SWEEP_SECONDS."""
        self.spawn(self._listen(hear), "hints")
        self.spawn(self._keep_lease(redis_is_back), "lease")
        self.spawn(self._every(settings.SWEEP_SECONDS, tick), "sweep")

    async def stop(self) -> None:
        await self._end_tasks()
        await self.tail.close()
        try:
            await self.flusher.drain()
            await redis.client().delete(redis.lease_key(self.id))
            await redis.client().zrem(redis.NODES, self.id.hex)
        except redis.AWAY:
            pass

    async def _end_tasks(self) -> None:
        """Told until they have ended: where a task waits with a deadline that is over in the same moment, CPython 3.11
        loses the cancellation, and a server that waited for it would never leave.
        """
        for _ in range(TELLS_TO_END):
            for task in list(self._tasks):
                task.cancel()
            if not self._tasks or not (await asyncio.wait(list(self._tasks), timeout=1))[1]:
                return
        log.warning("tasks_left", names=sorted(task.get_name() for task in self._tasks))

    def trusts_leases(self) -> bool:
        """Whether a missing lease means a dead process: every live one has had the time to renew."""
        now = asyncio.get_running_loop().time()
        return self.redis_since is not None and now - self.redis_since > settings.LEASE_SECONDS

    def doubt_leases(self) -> None:
        """Redis has lost ours: believe none for the time of a lease."""
        self.redis_since = asyncio.get_running_loop().time()

    async def _keep_lease(self, redis_is_back: Callable[[], None]) -> None:
        loop, lost = asyncio.get_running_loop(), False
        with suppress(TimeoutError):
            # The lease also tells where to reach this process.
            await asyncio.wait_for(self._listening.wait(), 1)
        while True:
            try:
                known, nodes = await self._renew()
                if not known or self.redis_since is None:
                    self.redis_since = loop.time()
                    await self._greet()
                # Others that Redis has forgotten renew their leases within the time of one.
                self.alone = nodes == 1 and self.trusts_leases()
                if lost:
                    await self._hear_again()
                    redis_is_back()
                lost = False
            except redis.AWAY as error:
                self.redis_since, lost, self.alone = None, True, False
                log.warning("lease_not_renewed", error=type(error).__name__)
            await asyncio.sleep(settings.LEASE_SECONDS / 4)

    async def _renew(self) -> tuple[bool, int]:
        """Whether Redis still knew this process, and how many processes have a lease."""
        now, seconds = time.time(), settings.LEASE_SECONDS
        async with redis.client().pipeline(transaction=False) as pipe:
            pipe.set(redis.lease_key(self.id), self._channel or "-", px=int(seconds * 1000), get=True)
            pipe.zadd(redis.NODES, {self.id.hex: now + seconds})
            pipe.zremrangebyscore(redis.NODES, "-inf", now)
            pipe.zcard(redis.NODES)
            async with redis.within():
                before, _, _, nodes = await pipe.execute()
        return before is not None, nodes

    async def _greet(self) -> None:
        """Whoever thought to be alone is not."""
        await self._send(EVERYBODY, {"kind": "hello"})

    async def _listen(self, hear: Handler) -> None:
        layer = get_channel_layer()
        while True:
            try:
                self._channel = await layer.new_channel("node")
                self._listening.set()
                await self._hear_again()
                while True:
                    message = await layer.receive(self._channel)
                    if message["node"] == self.id.hex:
                        continue
                    self.alone = False
                    if message["kind"] != "hello":
                        await self._guarded(hear(message), "hint")
            except redis.AWAY:
                await asyncio.sleep(1)

    async def _hear_again(self) -> None:
        await self._join(EVERYBODY)
        for conversation_id in list(self.sockets):
            await self._hear_of(conversation_id)

    async def _hear_of(self, conversation_id: UUID) -> None:
        """One membership a process, not one a socket: a hint is worked on once for all of them."""
        await self._join(group_of(conversation_id))

    async def _join(self, group: str) -> None:
        if self._channel is not None:
            try:
                await get_channel_layer().group_add(group, self._channel)
            except redis.AWAY as error:
                log.warning("group_not_joined", error=type(error).__name__)

    async def _hear_no_more_of(self, conversation_id: UUID) -> None:
        if self._channel is not None and conversation_id not in self.sockets:
            try:
                await get_channel_layer().group_discard(group_of(conversation_id), self._channel)
            except redis.AWAY as error:
                log.warning("group_not_left", error=type(error).__name__)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._guarded(work(), "tick")

    async def _guarded(self, work: Awaitable[Any], name: str) -> Any:
        try:
            return await work
        except Exception:
            log.exception("task_failed", task=name)


def running_turns() -> int:
    """Of this process, from any thread."""
    return sum(len(found.owned()) for found in list(_nodes.values()))


_nodes: WeakKeyDictionary[asyncio.AbstractEventLoop, Node] = WeakKeyDictionary()


def node() -> Node:
    """The node of the running event loop."""
    loop = asyncio.get_running_loop()
    if (found := _nodes.get(loop)) is None:
        found = _nodes[loop] = Node()
    return found
