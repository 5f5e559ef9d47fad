"""An input and all that it sets off, for the socket and for pages: limit, store, begin, tell the others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from accounts import limits
from accounts.errors import RateLimited
from chat import protocol
from chat.database import fetch_one, in_thread
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.selectors import message_body
from chat.selectors.concerned import whose_branch_went
from chat.services.news import tell_changed
from chat.services.plays.acting import accept_action
from chat.services.plays.events import event_at
from chat.services.plays.feedback import wish_feedback
from chat.services.turns.accept import Accepted, IsRoom, accept_again, accept_line
from chat.services.turns.answer import begin
from chat.services.turns.asked import Asked
from chat.services.turns.caring import care_for, note_use, tell
from chat.services.turns.judging import tell_moderators
from chat.services.turns.lines import tell_line, tell_stored
from chat.services.turns.room_accept import accept_again_in_room, accept_in_room, cue_in_room
from stories.rules import Action

KNOWN = """
select message_id, turn_id from chat_submission
where user_id = %s and client_id = %s and conversation_id = %s
"""
UNDER_WAY = """
select 1 from chat_submission s join chat_turn t on t.id = s.turn_id
where s.user_id = %s and s.client_id = %s and t.status = 'running'
"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, how fast they may, and from where; with which API key, if with one."""

    user_id: UUID
    pace: limits.Bucketed
    ip: str | None
    key_id: UUID | None = None


async def say_line(
    speaker: Speaker,
    *,
    conversation_id: UUID,
    client_id: UUID,
    content: str,
    parent_id: UUID | None = None,
    instead_of: UUID | None = None,
    audience: Sequence[UUID] = (),
    said_by: Outbox | None = None,
    asked: Asked | None = None,
) -> Accepted:
    """A player's line. Every other socket of the conversation is told of it. Raises as `accept_line`; RateLimited.
    What was stored is in `decision.text`: some of it may be masked.

    In a room it may be a whisper, to the people and characters of `audience`; elsewhere there is nobody to whisper to.
    """
    line: dict[str, Any] = {
        "user_id": speaker.user_id,
        "conversation_id": conversation_id,
        "content": content,
        "client_id": client_id,
        "parent_id": parent_id,
        "instead_of": instead_of,
    }

    async def store() -> Accepted:
        try:
            return await accept_line(**line, whispered=bool(audience))
        except IsRoom:
            return await accept_in_room(**line, audience=audience)

    accepted = await _within_limits(speaker, conversation_id, client_id, store)
    if not accepted.is_new:
        return accepted
    _begin_reply(speaker, conversation_id, accepted, asked=asked)
    assert accepted.decision is not None
    body = message_body(accepted, content=accepted.decision.text, author_id=speaker.user_id)
    if accepted.in_room:
        await tell_line(conversation_id, body, accepted.audience, but=said_by)
    else:
        node().tell(conversation_id, protocol.encode(protocol.Message(message=body)), but=said_by)
    tell_moderators(
        accepted.decision, content, user_id=speaker.user_id,
        message_id=accepted.message_id, conversation_id=conversation_id,
    )  # fmt: skip
    note_use(speaker.user_id, conversation_id)
    if (notice := await care_for(speaker.user_id, content, accepted.message_id)) is not None:
        tell(speaker.user_id, conversation_id, notice)
        accepted = replace(accepted, notice=notice)
    _hint_at(conversation_id, accepted)
    return accepted


async def act(
    speaker: Speaker, *, conversation_id: UUID, client_id: UUID, action: Action, parent_id: UUID | None = None
) -> Accepted:
    """Do something in the story that is played. Everybody sees what comes of it, also whoever did it. Raises as
    `accept_action`; RateLimited.
    """

    async def store() -> Accepted:
        return await accept_action(
            user_id=speaker.user_id,
            conversation_id=conversation_id,
            action=action,
            client_id=client_id,
            parent_id=parent_id,
        )

    accepted = await _within_limits(speaker, conversation_id, client_id, store)
    if not accepted.is_new:
        # What came of it may not have reached whoever sends it again.
        return replace(accepted, event=await event_at(conversation_id, accepted.message_id))  # type: ignore[arg-type]
    _begin_reply(speaker, conversation_id, accepted)
    if parent_id is None:
        body = message_body(accepted, content=accepted.deed, author_id=speaker.user_id)
        await tell_line(conversation_id, body, accepted.audience)
    else:  # beside what was done there before
        await tell_stored(conversation_id, accepted.message_id)  # type: ignore[arg-type]
    note_use(speaker.user_id, conversation_id)
    _hint_at(conversation_id, accepted)
    return accepted


def _begin_reply(speaker: Speaker, conversation_id: UUID, accepted: Accepted, asked: Asked | None = None) -> None:
    """What happened at a line is told before anything else: nobody waits for words."""
    if accepted.event is not None:
        node().tell(conversation_id, protocol.encode(accepted.event.frame))
        if accepted.event.ends_practice:
            wish = in_thread(wish_feedback)
            node().spawn(wish(conversation_id, accepted.event.message_id), "feedback")
    if accepted.order is not None:
        accepted.order.asked, accepted.order.key_id = asked, speaker.key_id
        begin(accepted.order)
    else:
        node().told_head(conversation_id, accepted.message_id)


def _hint_at(conversation_id: UUID, accepted: Accepted) -> None:
    """Other processes are told of a line that was stored."""
    hint = {"message": str(accepted.message_id)} | ({"turn": str(accepted.turn_id)} if accepted.turn_id else {})
    happened = {"seq": accepted.event.seq} if accepted.event else {}
    node().hint(conversation_id, kind="message", **hint, **happened)


async def say_again(
    speaker: Speaker, *, kind: protocol.TurnKind, conversation_id: UUID, client_id: UUID, message_id: UUID, hint: str
) -> Accepted:
    """Another take of a reply, or its continuation. Raises as `accept_again`; RateLimited."""

    async def store() -> Accepted:
        again: dict[str, Any] = {
            "kind": kind,
            "user_id": speaker.user_id,
            "conversation_id": conversation_id,
            "message_id": message_id,
            "client_id": client_id,
            "hint": hint,
        }
        try:
            return await accept_again(**again)
        except IsRoom:
            return await accept_again_in_room(**again)

    accepted = _begun(speaker, conversation_id, await _within_limits(speaker, conversation_id, client_id, store))
    await _tell_left_behind(conversation_id, accepted)
    return accepted


async def _tell_left_behind(conversation_id: UUID, accepted: Accepted) -> None:
    """Another take of a whisper may take the branch away from under people who hear nothing of that take."""
    before = accepted.order.head_before if accepted.order is not None else None
    if before is None or accepted.audience.seen_by is None:
        return
    went = await whose_branch_went(conversation_id, before)
    left = {person: lines for person, lines in went.items() if not accepted.audience.shown_to(person)}
    if left:
        await tell_changed(conversation_id, "head", only=left)


async def cue(speaker: Speaker, *, conversation_id: UUID, client_id: UUID, character_id: UUID) -> Accepted:
    """In a room, let this character speak. Raises as `cue_in_room`; RateLimited."""

    async def store() -> Accepted:
        return await cue_in_room(
            user_id=speaker.user_id,
            conversation_id=conversation_id,
            character_id=character_id,
            client_id=client_id,
        )

    return _begun(speaker, conversation_id, await _within_limits(speaker, conversation_id, client_id, store))


def _begun(speaker: Speaker, conversation_id: UUID, accepted: Accepted) -> Accepted:
    if accepted.order is not None:
        accepted.order.key_id = speaker.key_id
        begin(accepted.order)
        node().hint(conversation_id, kind="turn", turn=str(accepted.turn_id))
    return accepted


async def _within_limits(
    speaker: Speaker, conversation_id: UUID, client_id: UUID, store: Callable[[], Awaitable[Accepted]]
) -> Accepted:
    place = limits.place_of(speaker.user_id, speaker.pace, client_id)
    try:
        rates = await limits.take(speaker.user_id, speaker.pace, speaker.ip, key_id=speaker.key_id, place=place)
    except RateLimited:
        # A line that was stored and whose `ack` was lost is no new line: refused, it would be said twice.
        known = await fetch_one(KNOWN, [speaker.user_id, client_id, conversation_id])
        if known is None:
            raise
        return Accepted(known.message_id, known.turn_id)
    try:
        accepted = await store()
    except BaseException:
        await limits.give_back(place)
        raise
    if accepted.order is not None:
        accepted.order.place = place
    elif place is not None and (accepted.is_new or not await _is_under_way(speaker.user_id, client_id)):
        await limits.give_back(place)
    return replace(accepted, rates=rates) if rates else accepted


async def _is_under_way(user_id: UUID, client_id: UUID) -> bool:
    """Whether a line that was said before is being answered now: its reply keeps its place."""
    return await fetch_one(UNDER_WAY, [user_id, client_id]) is not None
