"""Embeddings over our own session: they are asked for while a player waits, and the SDK's first import alone would
take longer than they may."""

import aiohttp
import msgspec

from inference.base import BrokenStream, Unreachable
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
    lane: Lane, url: str, headers: dict[str, str], body: bytes, *, count: int
) -> list[list[float]]:
    """One attempt: as many vectors as texts were sent, in their order. Raises ModelError by cause."""
    try:
        async with lane.session.post(
            url, data=body, headers=headers, allow_redirects=False, timeout=lane.timeout
        ) as answer:
            if answer.status != 200:
                raise error_for(answer.status, answer.headers, await answer.content.read(ERROR_BYTES))
            raw = bytearray()
            async for piece in answer.content.iter_any():
                raw += piece
                if len(raw) > MOST_BYTES:
                    raise BrokenStream("too many bytes", code="oversized")
    except aiohttp.ConnectionTimeoutError as error:
        raise Unreachable("connect deadline") from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unreachable(type(error).__name__) from error
    try:
        found = sorted(_decode(raw).data, key=lambda each: each.index)
    except msgspec.MsgspecError as error:
        raise BrokenStream("no vectors in the answer", code="malformed") from error
    if len(found) != count:
        raise BrokenStream(f"{len(found)} vectors for {count} texts", code="malformed")
    return [each.embedding for each in found]
