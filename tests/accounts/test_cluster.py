"""The address of a Redis Cluster, and who leads which slot of it."""

import gc
import multiprocessing
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import suppress

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import AskError, ConnectionError, MovedError  # noqa: A004

from accounts.cluster.place import bare, place
from accounts.cluster.router import Leaders, Router
from accounts.cluster.slots import Slots, Told, slot_of
from accounts.cluster.threaded import Threaded, shared
from accounts.cluster.waiting import NobodyLeads

ASKED = "redis://:secret@one:6379"


def test_an_address_names_nodes_each_as_one_of_its_own() -> None:
    found = place("rediss+cluster://me:p%40ss@one:6379,[::1]:6380")
    assert found.nodes == ("rediss://me:p%40ss@one:6379", "rediss://me:p%40ss@[::1]:6380")
    assert found.node("two", 7) == "rediss://me:p%40ss@two:7"
    assert place("redis+cluster://one:6379").nodes == ("redis://one:6379",)
    assert bare(found.nodes[0]) == "one:6379"


@pytest.mark.parametrize(
    "url",
    [
        "redis://one:6379",
        "redis+cluster://one",
        "redis+cluster://:6379",
        "redis+cluster://one:6379/1",
        "rediss+cluster://one:6379?ssl_cert_reqs=none",
        "redis+cluster://one:6379#two",
    ],
)
def test_what_is_no_address_of_a_cluster_is_told(url: str) -> None:
    with pytest.raises(ValueError, match="must look like redis\\+cluster"):
        place(url)


def test_a_command_is_of_the_slot_of_its_first_key() -> None:
    slot = key_slot(b"{a}:1")
    assert slot == key_slot(b"{a}:2")
    assert slot_of(("GET", "{a}:1")) == slot_of(("EVALSHA", "hash", 2, "{a}:1", "{a}:2", "argument")) == slot
    assert slot_of(("XREAD", b"BLOCK", "1000", b"STREAMS", b"{a}:1", "{a}:2", "0", "0")) == slot


def told() -> Slots:
    slots = Slots(place("redis+cluster://:secret@one:6379"))
    rows = [[0, 99, [b"one", 6379, b"id"], [b"two", 6379, b"id"]], [100, 16_382, [b"", 6380, b"id"]]]
    slots.learn([slots.read(rows, asked=ASKED)])
    return slots


def led_by(slots: Slots, port: int) -> None:
    slots.learn([slots.read([[0, 16_383, [b"127.0.0.1", port]]], asked="redis://127.0.0.1:1")])


def test_threads_keep_no_client_of_a_node_that_is_not_known_any_more() -> None:
    cluster = Threaded(place("redis+cluster://127.0.0.1:1"))
    for of in (cluster.client, cluster.looker):
        led_by(cluster.slots, 2)
        named, known = (weakref.ref(of(f"redis://127.0.0.1:{port}")) for port in (1, 2))
        led_by(cluster.slots, 3)
        of("redis://127.0.0.1:3")
        gc.collect()
        assert (named() is None, known() is None) == (False, True)


async def test_a_loop_keeps_no_client_of_a_node_that_is_not_known_any_more() -> None:
    made = weakref.WeakSet[Redis]()

    def make(url: str) -> Redis:
        client = Redis.from_url(url)
        made.add(client)
        return client

    leaders = Leaders(place("redis+cluster://127.0.0.1:1"), make)
    router = Router(leaders, make, seconds=2)
    for port in (2, 3):
        led_by(leaders.slots, port)
        with suppress(ConnectionError):
            await router.execute_command("GET", "a")
    gc.collect()
    assert [each.connection_pool.connection_kwargs["port"] for each in made] == [3]
    await router.aclose()


def test_a_child_waits_for_no_look_of_its_parent() -> None:
    """A worker forks its children, also while a thread of it looks who leads."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis+cluster://127.0.0.1:{silent.getsockname()[1]}"

        def look() -> None:
            with pytest.raises(NobodyLeads):
                shared(url).look(gone=None)

        looker = threading.Thread(target=look)
        looker.start()
        line, _address = silent.accept()
        child = multiprocessing.get_context("fork").Process(target=look)
        child.start()
        child.join(20)
        child.kill()
        child.join()
        looker.join()
        line.close()
    assert child.exitcode == 0


def test_who_leads_is_what_a_node_said_last() -> None:
    assert not Slots(place("redis+cluster://:secret@one:6379"))
    slots = told()
    assert slots.leaders == ["redis://:secret@one:6379", "redis://:secret@one:6380"]
    assert (slots.leader(99), slots.leader(100), slots.leader(16_383)) == (*slots.leaders, None)
    assert slots.unled == 1
    slots.learn([slots.read([[0, 16_383, [b"two", 6379]]], asked=ASKED)])
    assert (slots.leaders, slots.unled) == (["redis://:secret@two:6379"], 0)


def test_a_node_that_was_reset_is_not_believed_and_who_knows_more_is() -> None:
    slots = told()
    reset, whole = slots.read([], asked=ASKED), slots.read([[0, 16_383, [b"two", 6379]]], asked=ASKED)
    half = slots.read([[0, 8_000, [b"three", 6379]]], asked=ASKED)
    slots.learn([reset])
    assert slots.unled == 1
    slots.learn([reset, half])
    assert slots.leaders == ["redis://:secret@three:6379"]
    asked: list[Told] = []

    def ask(*answers: Told) -> Iterator[Told]:
        for each in answers:
            asked.append(each)
            yield each

    slots.learn(ask(reset, half, whole, half))
    assert (slots.leaders, slots.unled) == (["redis://:secret@two:6379"], 0)
    assert asked == [reset, half, whole], "whoever knows all is the last that is asked"


def test_the_one_that_is_gone_is_asked_last_and_copies_and_named_nodes_too() -> None:
    asked = list(told().to_ask(last=ASKED))
    assert asked == ["redis://:secret@two:6379", "redis://:secret@one:6380", ASKED]


def test_a_slot_that_moved_is_moved_and_one_that_moves_is_not() -> None:
    slots = told()
    assert slots.moved(AskError("7 two:6379"), by=ASKED) == "redis://:secret@two:6379"
    assert slots.leader(7) == ASKED
    assert slots.moved(MovedError("7 :6381"), by=ASKED) == slots.leader(7) == "redis://:secret@one:6381"
