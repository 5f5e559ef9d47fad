"""The text of a turn on its way: pieces, watchers, entries in Redis. Any order of events leaves no gap.

The code under test is the real one on the real Redis; only who reads, and when, is made up.
"""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.encryption import Cipher
from accounts.ids import uuid7
from chat.live import redis, shelves, stream
from chat.live.node import Node
from chat.live.outbox import Outbox
from chat.live.stream import OwnedTurn
from chat.live.tail import FollowedTurn
from tests.chat.client import spoken
from tests.numbers import times


def turn_of(kind: type[Any], turn_id: UUID, cipher: Cipher) -> Any:
    turn = kind(
        turn_id=turn_id, message_id=uuid7(), conversation_id=uuid7(), parent_id=uuid7(), character_id=None, kind="chat"
    )
    turn.cipher = cipher
    return turn


class Reader:
    """A socket whose reader may stop reading; what reached it is in `frames`."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.room = asyncio.Event()
        self.room.set()
        self.given_up = False
        self.outbox = Outbox(self._take, self._give_up)

    async def _take(self, frame: str) -> None:
        await self.room.wait()
        self.frames.append(json.loads(frame))

    def _give_up(self) -> None:
        self.given_up = True

    @property
    def chunks(self) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == "ai_chunk"]

    @property
    def seq(self) -> int:
        return self.chunks[-1]["seq"] if self.chunks else 0


async def settle() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


pieces = st.text("ab 好🎭\n", min_size=1, max_size=5)
watching = st.lists(
    st.one_of(
        st.tuples(st.just("say"), pieces),
        st.tuples(st.sampled_from(["stop reading", "read", "loop", "leave", "come", "tell"]), st.integers(0, 2)),
    ),
    max_size=40,
)


@settings(max_examples=times("replays of a stream"))
@given(watching)
def test_every_watcher_reads_the_whole_text_in_order(events):
    asyncio.run(play_watching(events))


async def play_watching(events: list[tuple[str, Any]]) -> None:
    turn = turn_of(OwnedTurn, uuid7(), Cipher(uuid7(), b"k" * 32))
    readers = [Reader() for _ in range(3)]
    before: list[list[dict[str, Any]]] = [[], [], []]  # of sockets that are closed
    for reader in readers:
        reader.outbox.watch(turn)
    for event, given_ in events:
        if event == "say":
            turn.say(given_)
        elif event == "loop":
            await settle()
        elif event == "stop reading":
            readers[given_].room.clear()
        elif event == "read":
            readers[given_].room.set()
        elif event == "tell":
            readers[given_].outbox.put('{"type":"pong"}')
        elif event == "leave":
            readers[given_].outbox.close()
            turn.watchers.discard(readers[given_].outbox)
        elif event == "come" and readers[given_].outbox.closed:
            before[given_] += readers[given_].chunks
            seen = before[given_][-1]["seq"] if before[given_] else 0
            readers[given_] = Reader()
            readers[given_].outbox.watch(turn, seen)
    turn.end('{"type":"ai_end"}')
    for number, reader in enumerate(readers):
        reader.room.set()
        await settle()
        heard = spoken(before[number] + reader.chunks)
        assert turn.text.startswith(heard)
        if not reader.outbox.closed:
            assert heard == turn.text
            assert reader.frames[-1]["type"] == "ai_end"
        assert not reader.given_up


async def test_a_reader_that_stops_reading_costs_a_mark_not_a_copy():
    turn, reader = turn_of(OwnedTurn, uuid7(), Cipher(uuid7(), b"k" * 32)), Reader()
    reader.outbox.watch(turn)
    reader.room.clear()
    for number in range(10_000):
        turn.say(f"[{number}]")
        if number < 3:
            await settle()
    assert len(reader.outbox._queue) <= 1
    reader.room.set()
    await settle()
    assert len(reader.chunks) <= 3
    assert spoken(reader.chunks) == turn.text


async def test_a_flood_of_other_frames_gives_the_reader_up_once():
    reader = Reader()
    reader.room.clear()
    for _ in range(40):
        reader.outbox.put("x" * 32_000)
    assert reader.given_up
    assert reader.outbox.closed
    assert not reader.outbox._queue


writing = st.lists(
    st.one_of(
        st.tuples(st.just("say"), pieces),
        st.sampled_from(
            [("flush", ""), ("flush, answer lost", ""), ("vanish", ""), ("follow", ""), ("new reader", "")]
        ),
    ),
    max_size=25,
)


@settings(max_examples=times("replays of a stream"))
@given(writing)
def test_the_stream_in_redis_replays_without_a_gap(events):
    asyncio.run(play_stream(events))


async def a_millisecond_of_redis() -> None:
    """Ids of entries are its clock: a new stream's are later than those of the one that vanished, by then."""

    async def now() -> int:
        seconds, microseconds = await redis.client().time()
        return seconds * 1_000 + microseconds // 1_000

    begun = await now()
    while await now() == begun:
        pass


async def play_stream(events: list[tuple[str, str]]) -> None:
    cipher = Cipher(uuid7(), b"k" * 32)
    turn = turn_of(OwnedTurn, uuid7(), cipher)
    followers = [turn_of(FollowedTurn, turn.turn_id, cipher)]
    key = shelves.turn_key(turn.turn_id)

    async def flush(*, answered: bool = True) -> None:
        if not turn.has_news():
            return
        before = turn.flushed, turn.outcome_flushed
        await stream.write([turn])
        if not answered:  # written, and the answer was lost
            turn.flushed, turn.outcome_flushed = before

    async def follow() -> None:
        for follower in followers:
            start = follower.last_id if isinstance(follower.last_id, str) else follower.last_id.decode()
            fields: Any
            for entry_id, fields in await redis.client().xrange(key, f"({start}" if start != "0-0" else "-"):
                follower.last_id = entry_id
                follower.take(stream.read_entry(fields, turn_id=turn.turn_id, cipher=cipher))
            assert turn.text.startswith(follower.text)

    try:
        for event, piece in events:
            if event == "say":
                turn.say(piece)
            elif event == "vanish":
                await redis.client().delete(key)
                await a_millisecond_of_redis()
            elif event == "follow":
                await follow()
            elif event == "new reader":
                followers.append(turn_of(FollowedTurn, turn.turn_id, cipher))
            else:
                await flush(answered=event == "flush")
        turn.outcome = "complete"
        while turn.has_news():
            await flush()
        await follow()
        for follower in followers:
            assert follower.outcome == "complete"
            assert follower.text == turn.text
            assert follower.pieces == turn.pieces
        assert await stream.read_pieces(turn.turn_id, cipher) == turn.pieces
    finally:
        await redis.client().delete(key)
        await redis.close()


async def test_what_lies_in_redis_is_sealed_and_expires():
    cipher = Cipher(uuid7(), b"k" * 32)
    turn = turn_of(OwnedTurn, uuid7(), cipher)
    turn.say("platypus")
    await stream.write([turn])
    key = shelves.turn_key(turn.turn_id)
    assert b"platypus" not in repr(await redis.client().xrange(key)).encode()
    assert 0 < await redis.client().ttl(key) <= 600
    await redis.client().delete(key)
    await redis.close()


@pytest.mark.parametrize(("alone", "stored"), [(False, True), (True, True), (True, False)])
async def test_the_end_of_a_turn_is_written_for_other_processes_and_for_what_is_stored_nowhere_else(alone, stored):
    cipher, here = Cipher(uuid7(), b"k" * 32), Node()
    here.alone = alone
    turn = turn_of(OwnedTurn, uuid7(), cipher)
    here.begin(turn)
    try:
        turn.say("Sit.")
        turn.outcome = "complete"
        here.finish(turn, "{}", spoken=True, stored=stored)
        await here.flusher.drain()
        assert await stream.read_pieces(turn.turn_id, cipher) == ([] if alone and stored else ["Sit."])
        assert turn.outcome_flushed is not (alone and stored)
    finally:
        await redis.close()
