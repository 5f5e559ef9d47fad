"""Where a room stands for whoever says or does something in it, under the conversation's lock. All that has to be known
is asked at once: an action is answered in two trips to the database, whatever else the process does meanwhile.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg import AsyncCursor

from accounts.errors import Busy, Forbidden, Invalid, NotFound
from accounts.sanctions import Restricted
from chat.live.node import node
from chat.scene import Audience, audience_of
from chat.services.rooms.scene import SCENE_AT_HEAD, Scene, read_scene, scene_in
from chat.services.turns.accept import above, target_of
from chat.services.turns.room_path import LOOKED_AT
from chat.services.turns.standing import LOCKED, Standing, standing_in
from chat.services.turns.statements import RUNNING
from chat.window import PAGE_AT_HEAD, page_at_head


class Muted(Forbidden):
    code = "muted"
    message = _("The host has muted you. You can read, not speak.")


def admitted(standing: Standing) -> Standing:
    """Raises Restricted, Muted, and Busy while this process goes. What was stored before is told again."""
    if not standing.row.known:
        if standing.row.kept_from_rooms:
            raise Restricted
        if standing.row.muted:
            raise Muted
        if node().draining:
            raise Busy
    return standing


@dataclass(frozen=True, slots=True)
class Place:
    """What is said follows `after`. `given`: whom it is for where the line in whose place it is said decides that.
    `page` has `after` and what lies below it; None where nobody has read that.
    """

    after: UUID | None
    scene: Scene
    given: Audience | None = None
    page: list[Any] | None = None


class RoomLook:
    """What was asked; Postgres does it in this order, so each statement sees what the lock before it waited for."""

    def __init__(self, cursor: AsyncCursor[Any], user_id: UUID, conversation_id: UUID, client_id: UUID) -> None:
        self._cursor, self._conversation_id = cursor, conversation_id
        self._whose = {"user": user_id, "conversation": conversation_id, "client_id": client_id}

    async def ask(self) -> None:
        """Inside `at_once`."""
        cursor, whose = self._cursor, self._whose
        self._standing = await LOCKED.sent(cursor, whose)
        self._running = await RUNNING.sent(cursor, whose)
        self._scene = await SCENE_AT_HEAD.sent(cursor, whose)
        self._page = await PAGE_AT_HEAD.sent(cursor, page_at_head(self._conversation_id, LOOKED_AT))

    async def standing(self) -> Standing:
        """Raises as `read_standing`, and as `admitted`."""
        self.stands = await standing_in(self._cursor, await self._standing.fetchall())
        # The turn under way, held too; None where there is none. What stands beside the lock may be a moment old.
        self.running: Any = await self._running.fetchone()
        return admitted(self.stands)

    async def place(self, parent_id: UUID | None = None, instead_of: UUID | None = None) -> Place:
        """At the head, unless another place is named. Raises Busy for another branch while a turn runs."""
        if parent_id is None and instead_of is None:
            return await self._at_head()
        after, given = await self._elsewhere(parent_id, instead_of)
        return Place(after, await read_scene(self._cursor, self._conversation_id, after), given)

    async def _at_head(self) -> Place:
        head = self.stands.head_id
        scene = await scene_in(self._cursor, await self._scene.fetchall(), self._conversation_id, head)
        page = await self._page.fetchall()
        return Place(head, scene, page=page if any(row.id == head for row in page) else None)

    async def _elsewhere(self, parent_id: UUID | None, instead_of: UUID | None) -> tuple[UUID | None, Audience | None]:
        """What is said in another line's place is for those it was for."""
        if self.running is not None:
            raise Busy
        target = await target_of(self._cursor, instead_of or parent_id, self._conversation_id)  # type: ignore[arg-type]
        if target is None or not audience_of(target).shown_to(self.stands.row.user_id):
            raise NotFound if instead_of else Invalid(field="parent_id")
        if instead_of is None:
            return target.id, None
        if target.author_id != self.stands.row.user_id:
            raise Forbidden
        return await above(self._cursor, target), audience_of(target)
