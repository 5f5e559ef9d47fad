"""Drafting the player's next line. Nothing is stored: the draft goes to the socket that asked."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from accounts.judging import NotAllowed
from accounts.models import Operation
from accounts.spending.answers import asking_once
from accounts.spending.calls import Call
from chat import protocol
from chat.database import cursor
from chat.services.rooms.scene import Scene, read_scene
from chat.services.turns.accept import judged_hint
from chat.services.turns.allowance import spend_message
from chat.services.turns.answer import request_for
from chat.services.turns.gather import gather
from chat.services.turns.judging import judge_beside, said_in
from chat.services.turns.knowledge import recall_spent
from chat.services.turns.prompt import part_in, prompt_for
from chat.services.turns.room_gather import gather_draft_in_room
from chat.services.turns.standing import Standing, read_standing
from inference.base import ModelError


async def draft_line(
    *,
    user_id: UUID,
    conversation_id: UUID,
    client_id: UUID,
    hint: str,
    emit: Callable[[str], None],
    again: bool = False,
) -> None:
    """Emits `draft_chunk` frames and a `draft_end`. Costs one message. Raises as accepting a line does; ModelError;
    NotAllowed, with an empty `draft_end`, where a rule stands against what the model drafted.

    What was suggested for the same talk lately is suggested once more, unless another one is wanted `again`. Stopped,
    it ends with what there is.
    """
    said: list[str] = []

    def end() -> None:
        emit(protocol.encode(protocol.DraftEnd(client_id=client_id, content="".join(said).strip())))

    try:
        await _draft(said, user_id, conversation_id, client_id, hint, emit, again=again)
    except asyncio.CancelledError:
        end()
    except ModelError:
        if said:
            end()
        raise
    except NotAllowed:
        end()
        raise
    else:
        end()


async def _draft(
    said: list[str],
    user_id: UUID,
    conversation_id: UUID,
    client_id: UUID,
    hint: str,
    emit: Callable[[str], None],
    *,
    again: bool,
) -> None:
    standing, scene = await _paid_standing(user_id, conversation_id, client_id, hint)
    plan = standing.row.plan
    # As the replies of this talk are made: they share the beginning that providers keep.
    part = await part_in(conversation_id, standing.row.version_id, plan)
    if standing.row.room:
        context = await gather_draft_in_room(standing, hint=hint, model=part.model)
    else:
        context = await gather(
            conversation_id=conversation_id,
            version_id=standing.row.version_id,
            leaf=standing.head_id,
            persona=standing.persona,
            kind="impersonate",
            plan=plan,
            hint=hint,
            note=standing.note,
            books=standing.row.books,
            model=part.model,
        )
    prompt = prompt_for(context, plan, part.shelf)
    request = request_for(prompt, context, user_id, plan)
    call = Call(Operation.SUGGESTION, user_id, plan, standing.row.character_id)
    read, template = recall_spent(call, context.recalled.read), str(prompt.manifest["template"])
    where = said_in(standing, scene)
    judge = judge_beside(rating=where.rating, age=where.age, surface=where.surface)

    def say(piece: str) -> None:
        if piece:
            said.append(piece)
            emit(protocol.encode(protocol.DraftChunk(client_id=client_id, content=piece)))

    async with asking_once(call, request, template=template, anew=again, beside=read) as pieces:
        async for piece in pieces:
            say(judge.feed(piece))
            if judge.is_stopped:
                break
        say(judge.close())
        decision = await judge.whole("".join(said))
        if not decision.passes:
            judge.tell(decision, "".join(said), user_id=user_id, conversation_id=conversation_id)
            said.clear()
            raise decision.refusal("hint")
        if "".join(said).strip():
            pieces.keep()


async def _paid_standing(
    user_id: UUID, conversation_id: UUID, client_id: UUID, hint: str
) -> tuple[Standing, Scene | None]:
    async with cursor() as opened, opened.connection.transaction():
        standing = await read_standing(opened, user_id=user_id, conversation_id=conversation_id, client_id=client_id)
        scene = await read_scene(opened, conversation_id, standing.head_id) if standing.row.room else None
        await judged_hint(standing, hint, scene)
        await spend_message(opened, user_id=user_id, limit=standing.row.messages_per_day)
        return standing, scene
