"""Frames of sound: replies said aloud, and what is spoken into a microphone."""

from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.protocol.frame import MAX_SEQ, Client, FrameError, Server

MAX_PIECE = 128 * 1024  # bytes of one piece of a recording
PIECE_HEAD = 4  # bytes before it: its number, the most significant byte first
Wrapping = Literal["webm", "ogg", "mp4", "wav"]
SpeechEnd = Literal["complete", "hushed", "withdrawn", "limit", "failed"]


# ------------------------------------------------------------------ client to server


class Voice(Client, tag="voice"):
    """Whether replies are said aloud on this socket, from the next one on, and stage directions with them. Of the reply
    `message_id` what comes after passage `after` is said, too: after a reconnect."""

    on: bool
    directions: bool = True
    message_id: UUID | None = None
    after: int = 0


class Hush(Client, tag="hush"):
    """Say no more of this reply, or of any that is being said; its text goes on."""

    message_id: UUID | None = None


class AudioStart(Client, tag="audio_start"):
    """Somebody begins to speak. Wait for `audio_ack`, then send pieces: binary frames, each a number of four bytes from
    1, and the bytes. The same `client_id` again goes on with a recording that was interrupted.

    `codec` is what the pieces are wrapped in; `rate` is not needed where the wrapping says it. `language`: as spoken,
    else the talk's.
    """

    codec: Wrapping
    client_id: UUID
    rate: int | None = None
    language: Literal["", "en", "zh-hans"] = ""


class AudioEnd(Client, tag="audio_end"):
    """There are no more pieces after `last_seq`."""

    client_id: UUID
    last_seq: int


# ------------------------------------------------------------------ server to client


class TtsChunk(Server, tag="tts_chunk"):
    """Sound of a reply: piece `seq` of it, from 1, of its passage `part`, from 1. `audio` is base64 of whole samples,
    16-bit little-endian, mono, `rate` a second. The first piece of a passage has its `text`, and whether it is a stage
    direction."""

    message_id: UUID
    part: int
    seq: int
    audio: str
    rate: int
    text: str = ""
    direction: bool = False


class TtsEnd(Server, tag="tts_end"):
    """No more sound of it after passage `part`. `withdrawn`: what was heard is taken back, stop at once; more may
    follow. `limit` and `failed`: the rest is for the browser to say; `message` is why."""

    message_id: UUID
    part: int
    reason: SpeechEnd
    message: str = ""


class AudioAck(Server, tag="audio_ack"):
    """All pieces up to `seq` are here, `seconds` of sound. How likely the last ones are speech, from 0 to 1; how loud
    it is between the words, in dB below full scale; whether a phrase is under way."""

    client_id: UUID
    seq: int
    seconds: float = 0.0
    speech_probability: float = 0.0
    noise_level: float | None = None
    speaking: bool = False


class SttInterim(Server, tag="stt_interim"):
    """What was understood of a phrase so far; the next one for it takes its place."""

    client_id: UUID
    phrase: int
    text: str


class SttFinal(Server, tag="stt_final"):
    """A phrase has ended. Nothing is said in the talk yet: that is for a `chat` frame. `text` is empty where there were
    no words in it. Told again after a reconnect: `phrase` counts from 1."""

    client_id: UUID
    phrase: int
    text: str
    seconds: float


class AudioOver(Server, tag="audio_over"):
    """All of the recording was heard, and its last phrase told. `recording_id`: it is kept, as its owner agreed to."""

    client_id: UUID
    phrases: int
    seconds: float
    recording_id: UUID | None = None


# ------------------------------------------------------------------ what no type says


def piece_in(data: bytes) -> tuple[int, bytes]:
    """The number and the bytes of a binary frame. Raises FrameError."""
    if not PIECE_HEAD < len(data) <= PIECE_HEAD + MAX_PIECE or not (seq := int.from_bytes(data[:PIECE_HEAD], "big")):
        message = _("A piece of a recording is its number from 1, four bytes, and at most %(limit)d bytes.")
        raise FrameError("invalid_frame", message % {"limit": MAX_PIECE}, limit=MAX_PIECE)
    return seq, data[PIECE_HEAD:]


def check_sound(frame: Client) -> None:
    """Raises FrameError."""
    if isinstance(frame, Voice) and not 0 <= frame.after <= MAX_SEQ:
        raise FrameError("invalid_frame", _("after is a count of passages."))
    if isinstance(frame, AudioEnd) and not 0 <= frame.last_seq <= MAX_SEQ:
        raise FrameError("invalid_frame", _("last_seq is a count of pieces."), client_id=frame.client_id)
