"""The turn's stream in Redis: what was said, kept ten minutes for whoever comes back or watches elsewhere.

An entry is `first`, `last` (piece numbers) and `pieces`: a JSON list, sealed under the conversation's key. The
last entry carries `end`, the turn's status. Once an entry is written, a stream that has vanished answers nil
(NOMKSTREAM) and the whole text goes in again as one entry; so a Redis restart loses nothing.
"""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from redis.asyncio.client import Pipeline

from accounts.encryption import Cipher, Place
from chat.live import redis
from chat.live.text import LiveTurn

MAX_ENTRIES = 2_000  # 180 s of a reply at five entries a second, with room
_pieces = msgspec.json.Decoder(list[str])


class OwnedTurn(LiveTurn):
    """A turn that runs in this process, and how much of it Redis has."""

    cipher: Cipher
    task: asyncio.Task[Any] | None = None
    stopped_by: UUID | None = None
    # A task that is cancelled before its first step never runs: until `started`, `stopped_by` alone says it.
    started = False
    settling = False
    flushed = 0
    outcome: str | None = None
    outcome_flushed = False

    def has_news(self) -> bool:
        return self.flushed < self.seq or (self.outcome is not None and not self.outcome_flushed)


class Entry(msgspec.Struct, frozen=True):
    first: int
    last: int
    pieces: list[str]
    end: str | None = None


def write(pipeline: Pipeline, turn: OwnedTurn) -> int:
    """Queue what is new of a turn. Returns how many commands that took; `written` reads their answers."""
    key = redis.turn_key(turn.turn_id)
    news = turn.pieces[turn.flushed :]
    sealed = turn.cipher.seal(msgspec.json.encode(news).decode(), Place("turn", turn.turn_id))
    fields: dict[Any, Any] = {"first": turn.flushed + 1, "last": turn.seq, "pieces": sealed}
    if turn.outcome is not None:
        fields["end"] = turn.outcome
    pipeline.xadd(key, fields, maxlen=MAX_ENTRIES, approximate=True, nomkstream=turn.flushed > 0)
    if turn.flushed == 0 or turn.outcome is not None:
        pipeline.expire(key, settings.STREAM_TTL_SECONDS)
        return 2
    return 1


def written(turn: OwnedTurn, entry_id: bytes | None, upto: int, outcome: str | None) -> None:
    """Count text as delivered only now that Redis answered; start over when the stream had vanished."""
    if entry_id is None:
        turn.flushed = 0
    else:
        turn.flushed = upto
        turn.outcome_flushed = outcome is not None


def read_entry(fields: dict[bytes, bytes], *, turn_id: UUID, cipher: Cipher) -> Entry:
    text = cipher.open(fields[b"pieces"], Place("turn", turn_id))
    end = fields.get(b"end")
    return Entry(
        first=int(fields[b"first"]),
        last=int(fields[b"last"]),
        pieces=_pieces.decode(text),
        end=end.decode() if end else None,
    )


async def read_pieces(turn_id: UUID, cipher: Cipher) -> list[str]:
    """All that Redis still has of a turn, in order; what is missing at the end was never flushed."""
    pieces: list[str] = []
    entries: Any = await redis.client().xrange(redis.turn_key(turn_id))
    for _, fields in entries:
        entry = read_entry(fields, turn_id=turn_id, cipher=cipher)
        if entry.first > len(pieces) + 1:
            break  # Redis came back older than it was: a whole beginning is worth more than a text with a hole
        pieces.extend(entry.pieces[max(0, len(pieces) - entry.first + 1) :])
    return pieces
