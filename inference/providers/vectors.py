"""Embeddings over our own connections: they are asked for while a player waits, and the SDK's first import alone would
take longer than they may."""

import msgspec

from inference.base import BrokenStream, Unreachable
from inference.http import ConnectionFailed, TooLarge
from inference.providers.lanes import Lane
from inference.refusals import error_for

ERROR_BYTES = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024


class Embedding(msgspec.Struct):
    embedding: list[float]
    index: int = 0


class Answer(msgspec.Struct):
    data: list[Embedding]


_decode = msgspec.json.Decoder(Answer).decode


async def ask_for_vectors(
    lane: Lane, path: str, headers: dict[str, str], body: bytes, *, count: int
) -> list[list[float]]:
    """One attempt: as many vectors as texts were sent, in their order. Raises ModelError by cause."""
    try:
        answer = await lane.server.post(path, headers, body, most=MOST_BYTES)
    except TooLarge as error:
        raise BrokenStream("too many bytes", code="oversized") from error
    except ConnectionFailed as error:
        raise Unreachable(str(error)) from error
    if answer.status != 200:
        raise error_for(answer.status, answer.headers, answer.body[:ERROR_BYTES])
    try:
        found = sorted(_decode(answer.body).data, key=lambda each: each.index)
    except msgspec.MsgspecError as error:
        raise BrokenStream("no vectors in the answer", code="malformed") from error
    if len(found) != count:
        raise BrokenStream(f"{len(found)} vectors for {count} texts", code="malformed")
    return [each.embedding for each in found]
