"""WebSocket protocol, version 1: every frame in and out, error codes, close codes.

JSON text frames with `type` first; binary ones are pieces of a recording. Unknown fields are ignored; an unknown type
or a malformed frame is answered with `error` and the socket stays. The schema built here is published at
`/api/v1/protocol.json`; the tables for people are in docs/websocket-protocol.md.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.limits import Rates
from chat.protocol.frame import MAX_SEQ, Client, Server
from chat.protocol.frame import Error as Error
from chat.protocol.frame import FrameError as FrameError
from chat.protocol.frame import Left as Left
from chat.protocol.play import MAX_NAME as MAX_NAME
from chat.protocol.play import Act as Act
from chat.protocol.play import ActionArgs as ActionArgs
from chat.protocol.play import GameEvent as GameEvent
from chat.protocol.play import GameEventType as GameEventType
from chat.protocol.play import GamePayload as GamePayload
from chat.protocol.reply import AiChunk as AiChunk
from chat.protocol.reply import AiEnd as AiEnd
from chat.protocol.reply import AiStatus as AiStatus
from chat.protocol.reply import AiWithdraw as AiWithdraw
from chat.protocol.reply import DraftChunk as DraftChunk
from chat.protocol.reply import DraftEnd as DraftEnd
from chat.protocol.reply import Outcome as Outcome
from chat.protocol.reply import Phase as Phase
from chat.protocol.reply import RunningTurn as RunningTurn
from chat.protocol.reply import TurnKind as TurnKind
from chat.protocol.reply import Usage as Usage
from chat.protocol.sound import MAX_PIECE as MAX_PIECE
from chat.protocol.sound import PIECE_HEAD as PIECE_HEAD
from chat.protocol.sound import AudioAck as AudioAck
from chat.protocol.sound import AudioEnd as AudioEnd
from chat.protocol.sound import AudioOver as AudioOver
from chat.protocol.sound import AudioStart as AudioStart
from chat.protocol.sound import Hush as Hush
from chat.protocol.sound import SpeechEnd as SpeechEnd
from chat.protocol.sound import SttFinal as SttFinal
from chat.protocol.sound import SttInterim as SttInterim
from chat.protocol.sound import TtsChunk as TtsChunk
from chat.protocol.sound import TtsEnd as TtsEnd
from chat.protocol.sound import Voice as Voice
from chat.protocol.sound import check_sound
from chat.protocol.sound import piece_in as piece_in
from chat.texts import MAX_CONTENT, MAX_HINT, check_line, check_text

VERSION = 1
MAX_FRAME = 256 * 1024  # bytes; the server closes larger frames with 1009
CONNECT_AGAIN = 1012  # the server restarts, or cannot look up right now who may come in
MAX_AUDIENCE = 100  # people and characters that one whisper names
MAX_REASON = 200  # characters of a parser's reason that are repeated to the client


class Close:
    """Close codes of our own; 1009 and 1012 come from the server itself."""

    NOT_SIGNED_IN = 4401
    NO_SUCH_CONVERSATION = 4404
    TOO_SLOW = 4408
    ROOM_FULL = 4409
    REMOVED = 4410
    TOO_MANY_CONNECTIONS = 4429


# ------------------------------------------------------------------ client to server


class Chat(Client, tag="chat"):
    content: str
    client_id: UUID
    timestamp: str | float | None = None
    parent_id: UUID | None = None
    audience: list[UUID] = []


class Regenerate(Client, tag="regenerate"):
    message_id: UUID
    client_id: UUID
    hint: str = ""


class Continue(Client, tag="continue"):
    message_id: UUID
    client_id: UUID
    hint: str = ""


class Impersonate(Client, tag="impersonate"):
    """`again`: another one than was had before."""

    client_id: UUID
    hint: str = ""
    again: bool = False


class Stop(Client, tag="stop"):
    turn_id: UUID | None = None


class Resume(Client, tag="resume"):
    """Of a reply; or, without `message_id`, of what happened in the story that is played."""

    last_seq: int
    message_id: UUID | None = None


class Cue(Client, tag="cue"):
    character_id: UUID
    client_id: UUID


class Unlock(Client, tag="unlock"):
    """Opens a sealed talk in this process, for as long as this socket is open."""

    passphrase: str


class Lock(Client, tag="lock"):
    """Nobody has it open any more, in any window."""


class Typing(Client, tag="typing"):
    pass


class Ping(Client, tag="ping"):
    t: float | str | None = None


ClientFrame = (
    Chat
    | Act
    | Regenerate
    | Continue
    | Impersonate
    | Cue
    | Stop
    | Resume
    | Unlock
    | Lock
    | Voice
    | Hush
    | AudioStart
    | AudioEnd
    | Typing
    | Ping
)
CLIENT_FRAMES: tuple[type[Client], ...] = (
    Chat, Act, Regenerate, Continue, Impersonate, Cue, Stop, Resume, Unlock, Lock, Voice, Hush, AudioStart, AudioEnd,
    Typing, Ping,
)  # fmt: skip

# ------------------------------------------------------------------ server to client

Role = Literal["player", "character"]
NoticeKind = Literal["care", "ai", "break"]
ChangeKind = Literal["edited", "muted", "deleted", "restored", "head", "title", "note", "checkpoints"]


class Person(msgspec.Struct):
    user_id: UUID
    name: str
    role: str
    online: bool = True
    muted: bool = False


class CastRole(msgspec.Struct):
    """A character of a room, as everybody in it sees it."""

    character_id: UUID
    version_id: UUID
    name: str
    on_stage: bool
    muted: bool


class MessageBody(msgspec.Struct):
    id: UUID
    parent_id: UUID | None
    role: Role
    author: str
    character_id: UUID | None
    content: str
    status: Outcome
    created_at: str
    siblings: list[UUID] = []
    position: int = 1
    author_id: UUID | None = None
    whispered_to: list[str] = []
    muted: bool = False
    edited: bool = False


class Ready(Server, tag="ready"):
    protocol: int
    conversation_id: UUID
    head_id: UUID | None
    participants: list[Person]
    heartbeat: int
    turn: RunningTurn | None = None
    room: bool = False
    sealed: bool = False
    locked: bool = False


class Ack(Server, tag="ack"):
    """`content` is there where the line was stored in other words: some of it is masked. `left`: of the limit that is
    nearest to its end, where there is one."""

    client_id: UUID
    message_id: UUID | None
    turn_id: UUID | None
    content: str | None = None
    left: Left | None = None


class Message(Server, tag="message"):
    message: MessageBody


class Changed(Server, tag="changed"):
    kind: ChangeKind
    ids: list[UUID]


class Presence(Server, tag="presence"):
    people: list[Person]
    cast: list[CastRole]


class IsTyping(Server, tag="typing"):
    user_id: UUID
    name: str


class HelpAt(msgspec.Struct, omit_defaults=True):
    """Somebody who listens: by telephone (`number`), on the web (`url`), or both."""

    name: str
    number: str = ""
    url: str = ""


class Notice(Server, tag="notice"):
    """For this person alone. `care`: help lines, where a line of theirs sounded as if they were in need; `ai`: that
    they talk with an AI; `break`: to take one. `more` is a page."""

    kind: NoticeKind
    text: str
    message_id: UUID | None = None
    country: str = ""
    lines: list[HelpAt] = []
    more: str = ""


class Unlocked(Server, tag="unlocked"):
    """The talk is open on this socket: fetch the branch."""


class Locked(Server, tag="locked"):
    """It is sealed again, or was never opened here: forget what you show of it."""


class Pong(Server, tag="pong"):
    t: float | str | None = None


ServerFrame = (
    Ready
    | Ack
    | Message
    | Changed
    | Presence
    | IsTyping
    | AiStatus
    | AiChunk
    | AiEnd
    | AiWithdraw
    | Notice
    | GameEvent
    | DraftChunk
    | DraftEnd
    | TtsChunk
    | TtsEnd
    | AudioAck
    | SttInterim
    | SttFinal
    | AudioOver
    | Error
    | Unlocked
    | Locked
    | Pong
)
SERVER_FRAMES: tuple[type[Server], ...] = (
    Ready, Ack, Message, Changed, Presence, IsTyping, AiStatus, AiChunk, AiEnd, AiWithdraw, Notice,
    GameEvent, DraftChunk, DraftEnd, TtsChunk, TtsEnd, AudioAck, SttInterim, SttFinal, AudioOver, Error, Unlocked,
    Locked, Pong,
)  # fmt: skip

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(ClientFrame)
_CLIENT_ID = re.compile(r'"client_id"\s*:\s*"([0-9a-fA-F-]{32,36})"')


def left_of(rates: Rates) -> Left | None:
    if not rates:
        return None
    least = min(rates, key=lambda rate: rate.remaining)
    return Left(least.name, least.limit, least.remaining, least.seconds)


def encode(frame: ServerFrame) -> str:
    return _encode(frame).decode()


def decode(text: str) -> ClientFrame:
    """Parse and check one frame. Raises FrameError, and nothing else, whatever the text is."""
    try:
        frame = _decoder.decode(text)
    except msgspec.ValidationError as error:
        unknown = str(error).endswith("`$.type`")
        raise FrameError(
            "unknown_type" if unknown else "invalid_frame",
            _("This frame is not understood: %s") % str(error)[:MAX_REASON],
            client_id=_client_id_in(text),
        ) from None  # fmt: skip
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise FrameError("malformed", _("This frame is not a JSON object."), client_id=_client_id_in(text)) from None
    _check_texts(frame)
    return frame


def _check_texts(frame: ClientFrame) -> None:
    try:
        if isinstance(frame, Chat):
            check_line(frame.content)
        elif hint := getattr(frame, "hint", ""):
            check_text(hint, field="hint", limit=MAX_HINT)
    except Invalid as error:
        raise FrameError(
            error.code, error.message, limit=error.extra.get("limit"), client_id=getattr(frame, "client_id", None)
        ) from None
    if isinstance(frame, Chat) and len(frame.audience) > MAX_AUDIENCE:
        message = _("A whisper is for %(limit)d people and characters at most.") % {"limit": MAX_AUDIENCE}
        raise FrameError("invalid_frame", message, limit=MAX_AUDIENCE, client_id=frame.client_id)
    check_sound(frame)
    if isinstance(frame, Resume) and not 0 <= frame.last_seq <= MAX_SEQ:
        raise FrameError("invalid_frame", _("last_seq is a count of pieces."))


def _client_id_in(text: str) -> UUID | None:
    """Best effort, so that the composer learns which of its lines was refused."""
    found = _CLIENT_ID.search(text[:MAX_FRAME])
    try:
        return UUID(found[1]) if found else None
    except ValueError:
        return None


def schema() -> Mapping[str, Any]:
    """JSON Schema of every frame, and the codes: what `/api/v1/protocol.json` serves."""
    parts, definitions = msgspec.json.schema_components((*CLIENT_FRAMES, *SERVER_FRAMES), ref_template="#/$defs/{name}")
    client, server = parts[: len(CLIENT_FRAMES)], parts[len(CLIENT_FRAMES) :]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dramatis WebSocket protocol",
        "version": VERSION,
        "limits": {
            "content": MAX_CONTENT, "hint": MAX_HINT, "audience": MAX_AUDIENCE, "frame_bytes": MAX_FRAME,
            "piece_bytes": MAX_PIECE,
        },
        "close_codes": {
            name.lower(): code for name, code in vars(Close).items() if isinstance(code, int)
        } | {"frame_too_large": 1009, "server_restarts": CONNECT_AGAIN},
        "client": {"oneOf": list(client)},
        "server": {"oneOf": list(server)},
        "$defs": definitions,
    }  # fmt: skip
