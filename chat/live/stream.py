"""The turn's stream in Redis: what was said, kept ten minutes for whoever comes back or watches elsewhere.

An entry is `first`, `last` (piece numbers) and `pieces`: a JSON list, sealed under the conversation's key. The
last entry carries `end`, the turn's status. Once an entry is written, a stream that has vanished answers nil
(NOMKSTREAM) and the whole text goes in again as one entry; so a Redis restart loses nothing.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from accounts.encryption import Cipher, Place
from accounts.scripts import Script, scripts
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


# One entry for each of KEYS, all in one command: a pipeline of 40 costs three times as much in Python.
# ARGV: seconds to live, entries to keep; then for each key whether it is new, first, last, pieces, end ("": goes on).
# Answers the ids; nil for a stream that should be there and is gone.
WRITE = Script("""
local ids = {}
for i, key in ipairs(KEYS) do
  local new, first, last, pieces, ending = unpack(ARGV, 5 * i - 2, 5 * i + 2)
  local entry = {'MAXLEN', '~', ARGV[2], '*', 'first', first, 'last', last, 'pieces', pieces}
  if new == '0' then table.insert(entry, 1, 'NOMKSTREAM') end
  if ending ~= '' then table.insert(entry, 'end') table.insert(entry, ending) end
  ids[i] = redis.call('XADD', key, unpack(entry))
  if new == '1' or ending ~= '' then redis.call('EXPIRE', key, ARGV[1]) end
end
return ids
""")


async def write(turns: Sequence[OwnedTurn]) -> None:
    """Write what is new of these turns."""
    said = [(turn.seq, turn.outcome) for turn in turns]
    arguments: list[Any] = [int(settings.STREAM_TTL_SECONDS), MAX_ENTRIES]
    for turn in turns:
        sealed = turn.cipher.seal_bytes(msgspec.json.encode(turn.pieces[turn.flushed :]), Place("turn", turn.turn_id))
        arguments += (int(turn.flushed == 0), turn.flushed + 1, turn.seq, sealed, turn.outcome or "")
    keys = [redis.turn_key(turn.turn_id) for turn in turns]
    ids = await scripts().run(WRITE, keys, arguments, seconds=settings.REDIS_WAIT_SECONDS)
    for turn, entry_id, (upto, outcome) in zip(turns, ids, said, strict=True):
        _written(turn, entry_id, upto, outcome)


def _written(turn: OwnedTurn, entry_id: bytes | None, upto: int, outcome: str | None) -> None:
    """Count text as delivered only now that Redis answered; start over when the stream had vanished."""
    if entry_id is None:
        turn.flushed = 0
    else:
        turn.flushed = upto
        turn.outcome_flushed = outcome is not None


def read_entry(fields: dict[bytes, bytes], *, turn_id: UUID, cipher: Cipher) -> Entry:
    text = cipher.open_bytes(fields[b"pieces"], Place("turn", turn_id))
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


async def forget(turn_ids: Sequence[UUID]) -> None:
    """Nothing of these turns stays in Redis. Where it is away, what it holds was sealed, and goes by itself."""
    if not turn_ids:
        return
    client = redis.new_client()
    try:
        await client.delete(*map(redis.turn_key, turn_ids))
    except redis.AWAY:
        pass
    finally:
        await client.aclose()
