"""Watching a talk, or one reply, over HTTP.

For the house whoever listens is one more socket: bounded, counted, and closed when the visit is over.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.encryption import ciphers
from accounts.errors import Invalid, NotFound, ProductError, Unavailable
from accounts.limits import Pace
from accounts.visits import Visit
from chat import protocol
from chat.database import fetch_one
from chat.live.node import node
from chat.live.reader import Reader
from chat.live.sockets import sockets
from chat.live.text import LiveTurn
from chat.protocol import Close
from chat.selectors import Snapshot, conversation_for_socket
from chat.services import turns

MARK = re.compile(r"([0-9a-f-]{36}):([0-9]{1,15})(:end)?")
REPLY = "select reply_id from chat_turn where id = %s"


class TooManyConnections(ProductError):
    """As close code 4429."""

    code = "too_many_connections"
    status = 429
    message = _("You have too many connections open. Close one, then try again.")


class Mark(NamedTuple):
    """How far somebody has heard a reply: its last piece, and whether its end."""

    message_id: UUID
    seq: int = 0
    ended: bool = False

    def __str__(self) -> str:
        return f"{self.message_id}:{self.seq}{':end' if self.ended else ''}"


def mark_in(text: str, field: str) -> Mark:
    """Raises Invalid."""
    try:
        message_id, seq, end = MARK.fullmatch(text).groups()  # type: ignore[union-attr]
        return Mark(UUID(message_id), int(seq), bool(end))
    except (AttributeError, ValueError):
        raise Invalid(_("This is no id of an event of ours."), field=field) from None


def ready(conversation_id: UUID, snapshot: Snapshot, live: LiveTurn | None) -> str:
    """The first frame of whoever comes to watch."""
    return protocol.encode(
        protocol.Ready(
            protocol=protocol.VERSION,
            conversation_id=conversation_id,
            head_id=snapshot.head_id,
            participants=snapshot.participants,
            heartbeat=int(settings.HEARTBEAT_SECONDS),
            turn=live.running() if live else None,
            room=snapshot.is_room,
            sealed=snapshot.sealed,
            locked=snapshot.sealed and ciphers.cached(snapshot.key_id) is None,
        )
    )


# ------------------------------------------------------------------ a talk


class Listener:
    """A socket without a socket (chat.live.sockets.OpenSocket). `closed_with` says why it was closed."""

    def __init__(self, visit: Visit, conversation_id: UUID) -> None:
        self.visit, self.user_id, self.conversation_id = visit, visit.user_id, conversation_id
        self.reader = Reader(self._given_up, user_id=visit.user_id)
        self.outbox = self.reader.outbox
        self.closed_with: int | None = None
        self._task = asyncio.current_task()

    async def next(self, within: float) -> str | None:
        """The next frame; None when nothing came, and once it is closed. Whoever asks is alive."""
        sockets.heard(self)
        return await self.reader.next(within)

    async def close(self, code: int) -> None:
        if self.closed_with is None:
            self.closed_with = code
            self.reader.close()
        elif self._task is not None:
            # It did not take notice: it is stuck in writing to somebody who does not read.
            self._task.cancel()

    def set_pace(self, pace: Pace) -> None:
        """Who only listens has none."""

    def _given_up(self) -> None:
        self.closed_with = Close.TOO_SLOW
        if self._task is not None:
            self._task.cancel()


@asynccontextmanager
async def listening(visit: Visit, conversation_id: UUID, seen: Mark | None = None) -> AsyncIterator[Listener]:
    """What a socket is told from `ready` on, and first of all what came after `seen`.

    NotFound for strangers, TooManyConnections, Unavailable while the server stops.
    """
    listener = Listener(visit, conversation_id)
    snapshot = await conversation_for_socket(user_id=visit.user_id, conversation_id=conversation_id)
    live = await turns.running_turn(conversation_id)
    if node().draining:
        raise Unavailable(retry_after=1)
    if not sockets.add(listener, visit.user_id):
        raise TooManyConnections(retry_after=10)
    if snapshot.sealed:
        ciphers.hold_too(snapshot.key_id, listener)
    try:
        # From the look at the running turn to `join` nothing is awaited: no turn of this process begins unseen.
        live = live or node().running.get(conversation_id)
        if live is not None and not live.audience.shown_to(visit.user_id):
            live = None
        listener.outbox.put(ready(conversation_id, snapshot, live))
        node().join(conversation_id, listener.outbox, head=snapshot.head_id)
        node().spawn(turns.warm_memories(visit.user_id, conversation_id), "warm memories")
        await _catch_up(listener, live, seen)
        yield listener
    finally:
        sockets.remove(listener)
        ciphers.let_go(listener)
        listener.reader.close()
        node().leave(conversation_id, listener.outbox)


async def _catch_up(listener: Listener, live: LiveTurn | None, seen: Mark | None) -> None:
    if seen is not None and not seen.ended and (live is None or live.message_id != seen.message_id):
        await _tell(listener, seen)
    if live is not None:
        await _tell(listener, seen if seen and seen.message_id == live.message_id else Mark(live.message_id))


async def _tell(listener: Listener, seen: Mark) -> None:
    with suppress(NotFound):
        await turns.watch(
            outbox=listener.outbox,
            user_id=listener.user_id,
            conversation_id=listener.conversation_id,
            message_id=seen.message_id,
            last_seq=seen.seq,
        )


async def end_listening() -> None:
    """The server is about to stop: who listens goes elsewhere and resumes; open answers would hold it up."""
    node().draining = True
    for listener in sockets.open():
        if isinstance(listener, Listener):
            await listener.close(protocol.CONNECT_AGAIN)


# ------------------------------------------------------------------ one reply


@asynccontextmanager
async def following(
    accepted: turns.Accepted, *, user_id: UUID, conversation_id: UUID, reply_id: UUID
) -> AsyncIterator[Reader]:
    """The frames of one reply, from the first to `ai_end`, wherever it is spoken. Leaving ends nothing."""
    reader = Reader(user_id=user_id)
    try:
        if accepted.order is not None:
            # Spoken here and begun this moment: not even what fails at once is missed.
            reader.outbox.watch(accepted.order.live)
        else:
            await turns.watch(
                outbox=reader.outbox,
                user_id=user_id,
                conversation_id=conversation_id,
                message_id=reply_id,
                last_seq=0,
            )
        yield reader
    finally:
        reader.close()
        node().leave(conversation_id, reader.outbox)


async def reply_of(accepted: turns.Accepted) -> UUID:
    """The id of the reply that answers what was accepted. NotFound when its turn is gone."""
    if accepted.order is not None:
        return accepted.order.live.message_id
    row = await fetch_one(REPLY, [accepted.turn_id])
    if row is None:
        raise NotFound
    return UUID(str(row.reply_id))
