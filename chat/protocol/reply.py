"""Frames of replies: that one is on its way, piece by piece, its end; and drafts of a player's own line."""

from typing import Literal
from uuid import UUID

import msgspec

from chat.protocol.frame import Server

TurnKind = Literal["chat", "regenerate", "continue"]
Phase = Literal["thinking", "searching_memory", "speaking"]
Outcome = Literal["complete", "stopped", "withdrawn", "failed", "interrupted"]


class Usage(msgspec.Struct):
    """Tokens of one reply. `estimated` when the provider reported none. `micros`: what it cost, in millionths of
    `currency`, where the model has a price."""

    prompt: int
    completion: int
    cached: int = 0
    written: int = 0
    estimated: bool = False
    micros: int | None = None
    currency: str | None = None


class RunningTurn(msgspec.Struct, omit_defaults=True):
    turn_id: UUID
    message_id: UUID
    parent_id: UUID
    character_id: UUID | None
    kind: TurnKind
    status: Phase
    place: int | None = None


class AiStatus(Server, tag="ai_status"):
    status: Phase
    turn_id: UUID
    message_id: UUID
    parent_id: UUID
    character_id: UUID | None
    place: int | None = None  # in line before the model, from 1


class AiChunk(Server, tag="ai_chunk"):
    message_id: UUID
    seq: int
    content: str
    from_: int | None = msgspec.field(name="from", default=None)


class AiEnd(Server, tag="ai_end"):
    """`mood`: what the reply feels like, as portraits are drawn; empty where it is not read."""

    message_id: UUID
    turn_id: UUID
    seq: int
    full_content: str
    status: Outcome
    usage: Usage | None = None
    mood: str = ""


class AiWithdraw(Server, tag="ai_withdraw"):
    """All of the reply up to piece `seq` is taken back; more may follow. `reason` is for people to read."""

    message_id: UUID
    reason: str
    seq: int = 0
    replacement: str | None = None


class DraftChunk(Server, tag="draft_chunk"):
    client_id: UUID
    content: str


class DraftEnd(Server, tag="draft_end"):
    client_id: UUID
    content: str
