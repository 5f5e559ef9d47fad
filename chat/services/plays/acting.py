"""An action: resolved by the rules and stored with its line and what came of it, one after the other in each play."""

from dataclasses import replace
from uuid import UUID

from chat.database import at_once
from chat.database import cursor as open_cursor
from chat.plays.words import deed
from chat.services.plays.errors import ActionRefused, NoStory
from chat.services.turns.accept import Accepted, decided_by_constraints, stored_before
from chat.services.turns.room_accept import store_in_room
from chat.services.turns.room_look import RoomLook
from stories.rules import Action, Refused


async def accept_action(
    *, user_id: UUID, conversation_id: UUID, action: Action, client_id: UUID, parent_id: UUID | None = None
) -> Accepted:
    """Whoever is present then answers. While a reply runs nobody waits for its end: it is answered next.

    Raises NoStory, ActionRefused (nothing has changed), and as `accept_in_room`.
    """

    async def work() -> Accepted:
        async with open_cursor() as cursor, at_once(cursor.connection):
            look = RoomLook(cursor, user_id, conversation_id, client_id)
            await look.ask()
            standing = await look.standing()
            if standing.row.known:
                return stored_before(standing)
            if not standing.row.room:
                raise NoStory
            place = await look.place(parent_id)
            scene = place.scene
            if scene.play is None:
                raise NoStory
            try:
                happened = scene.play.act(action)
            except Refused as refused:
                raise ActionRefused(refused) from None
            words = deed(scene.play.book, scene.play.state.scene, action, scene.play.language)
            line = await store_in_room(
                cursor, look, place, words, scene.aloud(), client_id, happened=happened, own_words=False
            )
            return replace(line, deed=words)

    accepted: Accepted = await decided_by_constraints(work)
    return accepted
