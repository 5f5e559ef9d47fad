"""The turn's stream in Redis: what was said, kept ten minutes for whoever comes back or watches elsewhere.

An entry is `first`, `last` (piece numbers) and `pieces`: a JSON list, sealed under the conversation's key. The
last entry carries `end`, the turn's status. Once an entry is written, a stream that has vanished answers nil
(NOMKSTREAM) and the whole text goes in again as one entry; so a Redis restart loses nothing. Where something was taken
back the stream is emptied and begins anew, with an entry that carries the frame that said so (`back`, sealed too).
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from accounts.encryption import Cipher, Place
from accounts.scripts import Script
from chat import protocol
from chat.live import redis, shelves
from chat.live.text import LiveTurn

MAX_ENTRIES = 2_000  # 180 s of a reply at five entries a second, with room
_pieces = msgspec.json.Decoder(list[str])
_withdrawal = msgspec.json.Decoder(protocol.AiWithdraw)


class OwnedTurn(LiveTurn):
    """A turn that runs in this process, and how much of it Redis has."""

    cipher: Cipher
    task: asyncio.Task[Any] | None = None
    stopped_by: UUID | None = None
    # A task that is cancelled before its first step never runs: until `started`, `stopped_by` alone says it.
    started = False
    settling = False
    flushed = 0
    back_flushed = 0  # how much of it Redis knows to be taken back
    outcome: str | None = None
    outcome_flushed = False

    def withdrawn(self, frame: protocol.AiWithdraw) -> None:
        super().withdrawn(frame)
        self.flushed = 0

    def has_news(self) -> bool:
        return (
            self.flushed < self.seq
            or self.back_flushed < self.taken_back
            or (self.outcome is not None and not self.outcome_flushed)
        )

    def is_urgent(self) -> bool:
        return self.outcome is not None or self.back_flushed < self.taken_back


class Entry(msgspec.Struct, frozen=True):
    first: int
    last: int
    pieces: list[str]
    end: str | None = None
    back: protocol.AiWithdraw | None = None


# One entry for each of KEYS, all in one command: a pipeline of 40 costs three times as much in Python.
# ARGV: seconds to live, entries to keep; then for each key whether it is new, first, last, pieces, end ("": goes on),
# back ("": nothing was taken back). Emptied, a stream still counts on: who follows it misses nothing.
# Answers the ids; nil for a stream that should be there and is gone.
WRITE = Script("""
local ids = {}
for i, key in ipairs(KEYS) do
  local new, first, last, pieces, ending, back = unpack(ARGV, 6 * i - 3, 6 * i + 2)
  local entry = {'MAXLEN', '~', ARGV[2], '*', 'first', first, 'last', last, 'pieces', pieces}
  if new == '0' then table.insert(entry, 1, 'NOMKSTREAM') end
  if ending ~= '' then table.insert(entry, 'end') table.insert(entry, ending) end
  if back ~= '' then
    redis.call('XTRIM', key, 'MAXLEN', 0)
    table.insert(entry, 'back') table.insert(entry, back)
  end
  ids[i] = redis.call('XADD', key, unpack(entry))
  if new == '1' or ending ~= '' then redis.call('EXPIRE', key, ARGV[1]) end
end
return ids
""")


async def write(turns: Sequence[OwnedTurn]) -> None:
    """Write what is new of these turns, which share a shelf."""
    said = [(turn.seq, turn.outcome, turn.taken_back) for turn in turns]
    arguments: list[Any] = [int(settings.STREAM_TTL_SECONDS), MAX_ENTRIES]
    for turn in turns:
        place = Place("turn", turn.turn_id)
        sealed = turn.cipher.seal_bytes(msgspec.json.encode(turn.pieces[turn.flushed :]), place)
        back = turn.cipher.seal(turn.withdrawal, place) if turn.withdrawal and turn.flushed == 0 else b""
        arguments += (int(turn.flushed == 0), turn.flushed + 1, turn.seq, sealed, turn.outcome or "", back)
    keys = [shelves.turn_key(turn.turn_id) for turn in turns]
    ids = await shelves.run(WRITE, keys, arguments)
    for turn, entry_id, (upto, outcome, taken_back) in zip(turns, ids, said, strict=True):
        _written(turn, entry_id, upto, outcome, taken_back)


def _written(turn: OwnedTurn, entry_id: bytes | None, upto: int, outcome: str | None, back: int) -> None:
    """Count text as delivered only now that Redis answered; start over when the stream had vanished, and when what was
    on its way there has been taken back."""
    if entry_id is None or turn.taken_back != back:
        turn.flushed = 0
    else:
        turn.flushed, turn.back_flushed = upto, back
        turn.outcome_flushed = outcome is not None


def read_entry(fields: dict[bytes, bytes], *, turn_id: UUID, cipher: Cipher) -> Entry:
    place = Place("turn", turn_id)
    text = cipher.open_bytes(fields[b"pieces"], place)
    end, back = fields.get(b"end"), fields.get(b"back")
    return Entry(
        first=int(fields[b"first"]),
        last=int(fields[b"last"]),
        pieces=_pieces.decode(text),
        end=end.decode() if end else None,
        back=_withdrawal.decode(cipher.open_bytes(back, place)) if back else None,
    )


async def read_pieces(turn_id: UUID, cipher: Cipher) -> list[str]:
    """All that Redis still has of a turn, in order; what is missing at the end was never flushed."""
    pieces: list[str] = []
    entries: Any = await shelves.client().xrange(shelves.turn_key(turn_id))
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
    by_shelf: defaultdict[str, list[str]] = defaultdict(list)
    for turn_id in turn_ids:
        by_shelf[shelves.shelf_of(turn_id)].append(shelves.turn_key(turn_id))
    client = shelves.new_client()
    try:
        await asyncio.gather(*(_delete(client, keys) for keys in by_shelf.values()))
    finally:
        await client.aclose()


async def _delete(client: shelves.Client, keys: Sequence[str]) -> None:
    try:
        await client.delete(*keys)
    except redis.AWAY:
        pass  # of a cluster perhaps only this part
