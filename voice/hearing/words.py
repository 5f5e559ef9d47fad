"""What is said between the server and the child that decodes: one message after the other, each with its length."""

import struct
from typing import Literal

import msgspec

_LENGTH = struct.Struct("!I")
MOST = 16 * 1024 * 1024

RefusalCode = Literal[
    "audio_unreadable", "audio_truncated", "audio_too_long", "audio_too_large", "audio_not_sound", "audio_too_rich",
    "audio_too_slow",
]  # fmt: skip


class Begin(msgspec.Struct, tag="begin"):
    """`keep`: at the end the cleaned speech is wanted as Opus."""

    format: str
    keep: bool = False


class Pack(msgspec.Struct, tag="pack"):
    """Instead of `Begin`: pieces that follow are what was said aloud, as samples; once they are over they are wanted as
    MP3. `rate`: of samples a second."""

    rate: int


class Piece(msgspec.Struct, tag="piece"):
    data: bytes


class Flush(msgspec.Struct, tag="flush"):
    pass


class Phrase(msgspec.Struct):
    """Speech without the silence around it: 16 kHz, mono, 16 bits a sample, cleaned."""

    number: int
    seconds: float
    sound: bytes


class Report(msgspec.Struct, tag="report"):
    """What came of one piece, or of the end (`done`).

    `speech_probability` is of this piece; `noise_level` in dB below full scale, of what is between the words. `draft`
    is the phrase under way, now and then; `phrases` have ended.
    """

    seconds: float
    speech_probability: float
    noise_level: float
    speaking: bool
    draft: Phrase | None = None
    phrases: list[Phrase] = []
    done: bool = False
    clip: bytes = b""


class Packed(msgspec.Struct, tag="packed"):
    data: bytes


class Refusal(msgspec.Struct, tag="refusal"):
    code: RefusalCode
    detail: str = ""


ToChild = Begin | Pack | Piece | Flush
FromChild = Report | Packed | Refusal

_encode = msgspec.msgpack.Encoder().encode
to_child = msgspec.msgpack.Decoder(ToChild).decode
from_child = msgspec.msgpack.Decoder(FromChild).decode


def packed(message: ToChild | FromChild) -> bytes:
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


def length_in(head: bytes) -> int:
    """ValueError for more than anybody says."""
    (length,) = _LENGTH.unpack(head)
    if length > MOST:
        raise ValueError(f"{length} bytes")
    return int(length)


class Refused(Exception):
    """This is no recording that we listen to."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail
