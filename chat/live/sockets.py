"""All sockets of this process: how many a person has, when each was last heard of, and which stopped reading."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Protocol
from uuid import UUID

from django.conf import settings

from accounts.limits import Pace
from accounts.visits import Visit
from chat.live.outbox import Outbox
from chat.protocol import Close

MISSED_HEARTBEATS = 2.5


class OpenSocket(Protocol):
    """What the consumer of a socket shows of itself."""

    visit: Visit
    user_id: UUID
    conversation_id: UUID

    @property
    def outbox(self) -> Outbox | None: ...

    async def close(self, code: int) -> None: ...

    def set_pace(self, pace: Pace) -> None:
        """Of the plan that the person has from now on."""


class Sockets:
    def __init__(self) -> None:
        self._heard: dict[OpenSocket, float] = {}
        self._people: Counter[UUID] = Counter()

    def add(self, socket: OpenSocket, user_id: UUID) -> bool:
        """False when this person has as many as one process serves."""
        if not self.has_room(user_id):
            return False
        self._people[user_id] += 1
        self._heard[socket] = asyncio.get_running_loop().time()
        return True

    def has_room(self, user_id: UUID) -> bool:
        return self._people.get(user_id, 0) < settings.SOCKETS_PER_USER

    def remove(self, socket: OpenSocket) -> None:
        if self._heard.pop(socket, None) is not None:
            self._people[socket.user_id] -= 1
            if not self._people[socket.user_id]:
                del self._people[socket.user_id]

    def count(self) -> int:
        return len(self._heard)

    def open(self, user_id: UUID | None = None) -> list[OpenSocket]:
        """Those of one person, or of everybody."""
        if user_id is None:
            return list(self._heard)
        return [socket for socket in self._heard if socket.user_id == user_id] if user_id in self._people else []

    def heard(self, socket: OpenSocket) -> None:
        self._heard[socket] = asyncio.get_running_loop().time()

    async def close_lost(self) -> None:
        """Close who has not sent a ping for too long, and who has not read for too long."""
        now = asyncio.get_running_loop().time()
        for socket, heard in list(self._heard.items()):
            assert socket.outbox is not None
            if socket.outbox.blocked_for(now) > settings.SOCKET_GIVE_UP_SECONDS:
                socket.outbox.give_up()
            elif now - heard > MISSED_HEARTBEATS * settings.HEARTBEAT_SECONDS:
                await socket.close(Close.TOO_SLOW)


sockets = Sockets()
