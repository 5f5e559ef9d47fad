"""Who is there and who is typing: told to the sockets of a room, stored nowhere.

A change is told at most once in a moment, however many come and go in it: a hundred people who open a room at once are
one list, not a hundred.
"""

import asyncio
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings

from accounts.errors import NotFound
from chat import protocol
from chat.database import LOST, in_thread
from chat.live import redis, seats
from chat.live.node import Node, node
from chat.live.outbox import Outbox
from chat.models import CastMember
from chat.selectors.rooms import language_of, participants_of, people_in_room
from chat.services.presence import require_player

log = structlog.get_logger(__name__)
MOMENT = 0.3  # seconds


class Seats:
    """The seats that this process's sockets have in rooms."""

    def __init__(self, here: Node) -> None:
        self.here = here
        self.taken: dict[UUID, dict[str, UUID]] = {}
        self._number = 0
        self._telling: set[UUID] = set()

    async def take(self, conversation_id: UUID, user_id: UUID) -> str | None:
        """None when the room is full."""
        self._number += 1
        seat = seats.seat_of(self.here.id, user_id, self._number)
        if not await seats.take(conversation_id, seat):
            return None
        self.taken.setdefault(conversation_id, {})[seat] = user_id
        return seat

    def leave(self, conversation_id: UUID, seat: str) -> None:
        here = self.taken.get(conversation_id, {})
        here.pop(seat, None)
        if not here:
            self.taken.pop(conversation_id, None)
        self.here.spawn(self._left(conversation_id, seat), "leave seat")

    async def _left(self, conversation_id: UUID, seat: str) -> None:
        await seats.leave(conversation_id, [seat])
        self.changed(conversation_id)

    def changed(self, conversation_id: UUID) -> None:
        """Tell all sockets of the room, here and elsewhere, who is there now."""
        self.tell_soon(conversation_id)
        self.here.hint(conversation_id, kind="presence")

    def tell_soon(self, conversation_id: UUID) -> None:
        if conversation_id in self._telling or conversation_id not in self.here.sockets:
            return
        self._telling.add(conversation_id)
        self.here.spawn(self._tell(conversation_id), "presence")

    async def _tell(self, conversation_id: UUID) -> None:
        await asyncio.sleep(MOMENT)
        self._telling.discard(conversation_id)
        try:
            self.here.tell(conversation_id, await presence_frame(conversation_id, self.here))
        except LOST as error:
            log.warning("presence_not_told", error=type(error).__name__)

    async def renew(self) -> None:
        """For as long as the process lives."""
        while True:
            await asyncio.sleep(settings.LEASE_SECONDS / 4)
            if not self.taken:
                continue
            try:
                await seats.renew({room: list(held) for room, held in self.taken.items()})
            except redis.AWAY as error:
                log.warning("seats_not_renewed", error=type(error).__name__)


_seats: WeakKeyDictionary[Node, Seats] = WeakKeyDictionary()


def seats_here() -> Seats:
    here = node()
    if (found := _seats.get(here)) is None:
        found = _seats[here] = Seats(here)
    return found


async def presence_frame(conversation_id: UUID, here: Node) -> str:
    people, cast = await _who_is_in(conversation_id)
    try:
        online = await seats.people_in(conversation_id)
    except redis.AWAY:
        online = set()
    online |= {outbox.user_id for outbox in here.sockets.get(conversation_id, ()) if outbox.user_id is not None}
    for person in people:
        person.online = person.user_id in online
    return protocol.encode(protocol.Presence(people=people, cast=cast))


@in_thread
def _who_is_in(conversation_id: UUID) -> tuple[list[protocol.Person], list[protocol.CastRole]]:
    people = people_in_room(participants_of(conversation_id), language_of(conversation_id))
    cast = CastMember.objects.filter(conversation=conversation_id).select_related("version")
    return people, [
        protocol.CastRole(
            character_id=member.character_id,
            version_id=member.version_id,
            name=member.version.name,
            on_stage=member.on_stage,
            muted=member.muted,
        )
        for member in cast
    ]


async def tell_typing(conversation_id: UUID, user_id: UUID, *, but: Outbox | None) -> None:
    """NotFound for who does not play here (any more)."""
    await require_player(user_id=user_id, conversation_id=conversation_id)
    name = await _name_of(conversation_id, user_id)
    frame = protocol.encode(protocol.IsTyping(user_id=user_id, name=name))
    node().tell(conversation_id, frame, but=but)
    node().hint(conversation_id, kind="pass_on", frame=frame)


@in_thread
def _name_of(conversation_id: UUID, user_id: UUID) -> str:
    people = people_in_room(participants_of(conversation_id), language_of(conversation_id))
    for person in people:
        if person.user_id == user_id:
            return person.name
    raise NotFound


async def tell_room(conversation_id: UUID) -> None:
    """Somebody's role, or the cast, is another one now."""
    seats_here().changed(conversation_id)


async def seats_taken(conversation_id: UUID) -> int:
    """How many sockets the room has; 0 when that cannot be counted now."""
    try:
        return await seats.taken(conversation_id)
    except redis.AWAY:
        return 0
