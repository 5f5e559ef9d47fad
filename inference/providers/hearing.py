"""Speech to text by the OpenAI protocol, over our own connections: somebody waits to read what they have said."""

import secrets
import struct

import msgspec

from inference.base import HEARING_RATE, BrokenStream, HearingRequest, Unreachable
from inference.http import ConnectionFailed, TooLarge
from inference.providers.lanes import Lane
from inference.refusals import error_for

ERROR_BYTES = 64 * 1024
MOST_BYTES = 256 * 1024
MOST_NAMES = 200  # letters


class Answer(msgspec.Struct):
    text: str


_decode = msgspec.json.Decoder(Answer).decode


def form_of(request: HearingRequest) -> tuple[str, bytes]:
    """Its content type, and the form itself. What was not asked for is left out."""
    mark = secrets.token_hex(16)
    names = ", ".join(request.names)[:MOST_NAMES]
    fields = {"model": request.model, "response_format": "json", "language": request.language, "prompt": names}
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if value
    ]
    named = 'Content-Disposition: form-data; name="file"; filename="said.wav"'
    head = f"--{mark}\r\n{named}\r\nContent-Type: audio/wav\r\n\r\n"
    parts += [head.encode(), wav(request.sound), f"\r\n--{mark}--\r\n".encode()]
    return f"multipart/form-data; boundary={mark}", b"".join(parts)


def wav(sound: bytes) -> bytes:
    """16-bit mono at HEARING_RATE, with the head that says so."""
    told = struct.pack("<IHHIIHH", 16, 1, 1, HEARING_RATE, 2 * HEARING_RATE, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(sound))
        + b"WAVEfmt "
        + told
        + b"data"
        + struct.pack("<I", len(sound))
        + sound
    )


async def ask_what_was_said(lane: Lane, path: str, headers: dict[str, str], body: bytes) -> str:
    """One attempt. Raises ModelError by cause."""
    try:
        answer = await lane.server.post(path, headers, body, most=MOST_BYTES)
    except TooLarge as error:
        raise BrokenStream("too many bytes", code="oversized") from error
    except ConnectionFailed as error:
        raise Unreachable(str(error)) from error
    if answer.status != 200:
        raise error_for(answer.status, answer.headers, answer.body[:ERROR_BYTES])
    try:
        return " ".join(_decode(answer.body).text.split())
    except msgspec.MsgspecError as error:
        raise BrokenStream("no words in the answer", code="malformed") from error
