"""Frames of play: what somebody does in a story, and what came of it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from chat.protocol.frame import Client, Server
from stories.rules import Action
from stories.rules.actions import Verb
from stories.telling import Note, View

MAX_NAME = 40  # characters of a name in a story

Named = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
GameEventType = Literal["began", "acted", "proposed"]


# ------------------------------------------------------------------ client to server


class ActionArgs(msgspec.Struct):
    """With what: an item in hand."""

    item: Named = ""


class Act(Client, tag="action"):
    """`action_id` is what is done, `target_id` to what or whom: names of the story. It follows the head, or
    `parent_id`."""

    action_id: Verb
    client_id: UUID
    target_id: Named = ""
    args: ActionArgs = msgspec.field(default_factory=ActionArgs)
    parent_id: UUID | None = None


# ------------------------------------------------------------------ server to client


class GamePayload(msgspec.Struct):
    """What happened at this message, in the language of the play; `view` is where it stands now."""

    message_id: UUID
    by: str
    action: Action | None
    notes: list[Note]
    view: View


class GameEvent(Server, tag="game_event"):
    """`seq` counts what happened in the play, on all its branches, from 1."""

    event_type: GameEventType
    payload: GamePayload
    seq: int
