"""Step one of a turn: the input and the turn are stored together, or not at all, and only once."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from psycopg import AsyncCursor
from psycopg.errors import UniqueViolation

from accounts.blindindex import terms
from accounts.encryption import Place, key_id_of
from accounts.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from accounts.ids import uuid7
from accounts.limits import Rates
from chat.ciphers import ciphers_for
from chat.database import array_of, once_more
from chat.database import cursor as open_cursor
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.models import new_message_id
from chat.prepared import Prepared
from chat.prompts import Said
from chat.protocol import Notice, TurnKind
from chat.scene import FOR_ALL, Audience
from chat.services.plays.entries import Event
from chat.services.rooms.scene import Scene
from chat.services.turns.allowance import spend_message
from chat.services.turns.feelings import sealed_feeling
from chat.services.turns.judging import judge_line
from chat.services.turns.order import WINDOW_MESSAGES, Behind, Order
from chat.services.turns.standing import (
    Standing,
    forget_standing,
    read_standing,
    remembered_standing,
    remembers_room,
)
from chat.services.turns.statements import ABOVE, BEGIN_AGAIN, CUT_OFF, SAY_A_LINE, SAY_IF_UNCHANGED, TARGET
from chat.window import page_from
from moderation.decision import Decision


class Moved(Exception):
    """The head, or what was remembered, between the look and the statement. Under a lock it cannot."""


class IsRoom(Exception):
    """What is said in a room takes another way: `room_accept.py`."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was stored. `order` is None when there is nothing to begin; not `is_new`: it had been stored before."""

    message_id: UUID | None
    turn_id: UUID | None
    speaker: str = ""
    parent_id: UUID | None = None
    order: Order | None = None
    is_new: bool = False
    in_room: bool = False
    audience: Audience = FOR_ALL
    whispered_to: tuple[str, ...] = ()
    # How the line was judged; its text is what was stored.
    decision: Decision | None = None
    # What is left of the limits that it was charged to.
    rates: Rates = ()
    # What the person alone is shown beside it.
    notice: Notice | None = None
    # What happened at it in the story that is played here; `deed` is the line where it is an action's.
    event: Event | None = None
    deed: str = ""


async def accept_line(
    *,
    user_id: UUID,
    conversation_id: UUID,
    content: str,
    client_id: UUID,
    parent_id: UUID | None = None,
    instead_of: UUID | None = None,
    whispered: bool = False,
) -> Accepted:
    """Store a player's line and the turn that answers it. The caller checked its length.

    It follows the head, or `parent_id`; or stands beside `instead_of`, a line of the same player.
    Raises NotFound, Busy (a turn runs), AllowanceUsedUp, Invalid (parent_id is not of this conversation; whispered
    where there is nobody else), NotAllowed; IsRoom.
    """
    if remembers_room(user_id=user_id, conversation_id=conversation_id):
        raise IsRoom

    look = partial(read_standing, user_id=user_id, conversation_id=conversation_id, client_id=client_id)

    async def store(cursor: AsyncCursor[Any], standing: Standing, *, statement: Prepared = SAY_A_LINE) -> Accepted:
        if whispered:
            raise Invalid(_("There is nobody to whisper to in this talk."), field="audience")
        after = await _place(cursor, standing, parent_id=parent_id, instead_of=instead_of)
        _refuse_when_busy(standing)
        decision = await judge_line(standing, content)
        text = decision.text
        message_id = new_message_id(instead_of or after)
        order = _order(standing, "chat", leaf=message_id)
        feeling = await sealed_feeling(text, standing.author_cipher, message_id, wanted=standing.row.reads)
        page = await statement.fetch_all(
            cursor,
            _turn_values(standing, order, client_id)
            | page_from(conversation_id, after, WINDOW_MESSAGES - 1)
            | {
                "mark": standing.row.mark,
                "message": message_id,
                "after": after,
                "persona": standing.persona.name,
                "body": standing.author_cipher.seal(text, Place("message", message_id)),
                "feeling": feeling,
                "terms": array_of(terms(text, standing.index_secret) if standing.index_secret else []),
            },
        )
        if not page:
            raise Moved
        await spend(cursor, standing)
        said = Said(message_id, "player", standing.persona.name, text)
        order.behind = Behind(said, after, [row for row in page if row.id is not None])
        name, turn_id = standing.persona.name, order.live.turn_id
        return Accepted(message_id, turn_id, name, after, order, is_new=True, decision=decision)

    async def store_remembered(cursor: AsyncCursor[Any]) -> Accepted | None:
        """None when it has to be looked at anew, for whatever reason."""
        here = node()
        if here.draining or conversation_id in here.running or conversation_id not in here.heads:
            return None
        head = here.heads[conversation_id]
        standing = await remembered_standing(cursor, user_id=user_id, conversation_id=conversation_id, head_id=head)
        if standing is None:
            return None
        try:
            async with _whole(cursor, standing):
                return await store(cursor, standing, statement=SAY_IF_UNCHANGED)
        except (Moved, UniqueViolation):
            forget_standing(user_id=user_id, conversation_id=conversation_id)
            return None

    async def store_unlocked(cursor: AsyncCursor[Any]) -> Accepted:
        # The usual line needs no lock: its one statement sees to it that the head is still where it was seen.
        standing = await look(cursor, lock=False)
        if standing.row.known:
            return stored_before(standing)
        _refuse_room(standing)
        async with _whole(cursor, standing):
            return await store(cursor, standing)

    async def work() -> Accepted:
        async with open_cursor() as cursor:
            if parent_id is None and instead_of is None:
                try:
                    return await store_remembered(cursor) or await store_unlocked(cursor)
                except Moved:
                    pass
            async with cursor.connection.transaction():
                standing = await look(cursor)
                if standing.row.known:
                    return stored_before(standing)
                _refuse_room(standing)
                return await store(cursor, standing)

    return await decided_by_constraints(work)


def _whole(cursor: AsyncCursor[Any], standing: Standing) -> AbstractAsyncContextManager[Any]:
    """The line and what it takes of an allowance are stored together. Without an allowance one statement is enough."""
    return nullcontext() if standing.row.messages_per_day is None else cursor.connection.transaction()


def stored_before(standing: Standing) -> Accepted:
    return Accepted(standing.row.known_message, standing.row.known_turn)


async def accept_again(
    *, kind: TurnKind, user_id: UUID, conversation_id: UUID, message_id: UUID, client_id: UUID, hint: str = ""
) -> Accepted:
    """Begin another take of a reply, or carry it on; the old one stays beside it.

    A player's line may be named too: it is answered (again). Raises as `accept_line` does, and Invalid when there
    is no such message, or nothing to carry on.
    """

    async def work() -> Accepted:
        async with open_cursor() as cursor, cursor.connection.transaction():
            standing = await read_standing(
                cursor, user_id=user_id, conversation_id=conversation_id, client_id=client_id
            )
            if standing.row.known:
                return stored_before(standing)
            _refuse_room(standing)
            target = await target_of(cursor, message_id, conversation_id)
            if target is None:
                raise NotFound
            answered = target.role == "player"
            leaf = target.id if answered else await above(cursor, target)
            if leaf is None or (kind == "continue" and not carries_on(target)):
                raise Invalid(field="message_id")
            _refuse_when_busy(standing)
            order = _order(
                standing,
                kind,
                leaf=leaf,
                hint=await judged_hint(standing, hint),
                begun=await opened(cursor, target) if kind == "continue" else "",
                beside=target.id,
                head_before=standing.head_id,
            )
            values = _turn_values(standing, order, client_id) | {"message": None}
            await cursor.execute(BEGIN_AGAIN, values)
            await spend(cursor, standing)
            return Accepted(None, order.live.turn_id, order=order, is_new=True)

    return await decided_by_constraints(work)


async def decided_by_constraints(work: Any) -> Accepted:
    try:
        return await once_more(work)
    except UniqueViolation as violation:
        if violation.diag.constraint_name == "one_running_turn":
            raise Busy from None
    try:
        # The same client_id won a race with itself: its outcome is stored by now.
        return await work()
    except UniqueViolation:
        raise Conflict from None


async def judged_hint(standing: Standing, hint: str, scene: Scene | None = None) -> str:
    """What is asked of a reply is said too. Raises NotAllowed."""
    return (await judge_line(standing, hint, field="hint", scene=scene)).text if hint else ""


def carries_on(target: Any) -> bool:
    """Whether there is something of a character's to be carried on."""
    return target.role != "player" and target.status != "withdrawn"


def _refuse_when_busy(standing: Standing) -> None:
    if standing.running is not None or node().draining:
        raise Busy


def _refuse_room(standing: Standing) -> None:
    if standing.row.room:
        raise IsRoom


async def spend(cursor: AsyncCursor[Any], standing: Standing) -> None:
    # After the conversation's row, never before it: two inputs of one person would lock the two crosswise.
    await spend_message(cursor, user_id=standing.row.user_id, limit=standing.row.messages_per_day)


async def _place(
    cursor: AsyncCursor[Any], standing: Standing, *, parent_id: UUID | None, instead_of: UUID | None
) -> UUID | None:
    """The message that the new line follows; None at the root."""
    if instead_of is not None:
        target = await target_of(cursor, instead_of, standing.row.id)
        if target is None:
            raise NotFound
        if target.author_id != standing.row.user_id:
            raise Forbidden
        return await above(cursor, target)
    if parent_id is None:
        return standing.head_id
    if await target_of(cursor, parent_id, standing.row.id) is None:
        raise Invalid(field="parent_id")
    return parent_id


async def target_of(cursor: AsyncCursor[Any], message_id: UUID, conversation_id: UUID) -> Any:
    """A line of this conversation that shows; None for any other."""
    await cursor.execute(TARGET, [message_id, conversation_id])
    target = await cursor.fetchone()
    if target is None or not target.doubtful:
        return target
    await cursor.execute(CUT_OFF, {"line": message_id, "conversation": conversation_id})
    row: Any = await cursor.fetchone()
    return None if row.cut_off else target


async def above(cursor: AsyncCursor[Any], target: Any) -> UUID | None:
    """What a line follows in view."""
    if not target.covered:
        return target.parent_id  # type: ignore[no-any-return]
    await cursor.execute(ABOVE, {"line": target.id})
    row: Any = await cursor.fetchone()
    return row.id  # type: ignore[no-any-return]


async def opened(cursor: AsyncCursor[Any], row: Any) -> str:
    key_id = key_id_of(row.body)
    return (await ciphers_for(cursor, [key_id]))[key_id].open(row.body, Place("message", row.id))


def _order(
    standing: Standing,
    kind: TurnKind,
    *,
    leaf: UUID,
    hint: str = "",
    begun: str = "",
    beside: UUID | None = None,
    head_before: UUID | None = None,
) -> Order:
    row = standing.row
    live = OwnedTurn(
        turn_id=uuid7(),
        message_id=new_message_id(beside or leaf),
        conversation_id=row.id,
        parent_id=leaf,
        character_id=row.character_id,
        kind=kind,
    )
    live.cipher = standing.cipher
    return Order(
        live=live,
        user_id=row.user_id,
        owner_id=row.owner_id,
        version_id=row.version_id,
        plan=standing.row.plan,
        persona=standing.persona,
        leaf=leaf,
        speaker=row.character_name,
        index_secret=standing.index_secret,
        hint=hint,
        begun=begun,
        head_before=head_before,
        note=standing.note,
        books=tuple(row.books),
        knows=row.knows,
        staged=row.staged,
        remembers=row.remembers,
        zone=row.zone,
        bond=row.bond,
        reads=row.reads,
        tone=row.tone,
        rating=row.rating,
        age=standing.age,
    )


def _turn_values(standing: Standing, order: Order, client_id: UUID) -> dict[str, Any]:
    return {
        "turn": order.live.turn_id,
        "conversation": standing.row.id,
        "seen": standing.head_id,
        "kind": order.live.kind,
        "user": order.user_id,
        "reply": order.live.message_id,
        "parent": order.leaf,
        "head_before": order.head_before,
        "character": order.live.character_id,
        "speaker": order.speaker,
        "hint": standing.sealed_hint(order.hint, order.live.turn_id),
        "process": node().id,
        "now": now(),
        "client_id": client_id,
    }
