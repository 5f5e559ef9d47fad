"""Streams of turns and the cache in a real Redis Cluster; everything else stays where it was."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
import pytest_asyncio
import redis
from django.conf import settings
from redis.crc import key_slot

from accounts.cluster.djangocache import ClusterCache
from accounts.privacy.traces import forget_traces
from accounts.scripts import Script
from chat.live import shelves, stream
from chat.models import Conversation
from config import health
from config.observability import site
from operations.status import looking
from operations.status.states import State
from tests.chat.checks import assert_settled
from tests.chat.client import Frame, Page, Turn, spoken
from tests.chat.stage import Player, Stage, eventually, in_database, script
from tests.nodes.cluster import Cluster
from tests.nodes.redises import Server as Redis
from tests.stack import Server

PIECES = 300
WHOLE = script(PIECES)
LISTENED_TO = 6
LONGEST_SILENCE = 2.0
COUNT = Script("return redis.call('INCR', KEYS[1])")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    cluster = Cluster()
    monkeypatch.setattr(settings, "REDIS_CLUSTER_URL", cluster.url)
    yield cluster
    cluster.stop()


@dataclass
class Told:
    """What one page was told of a reply, and the longest silence of it in seconds."""

    turn: Turn
    silence: float

    @property
    def spoken(self) -> str:
        return spoken(self.turn.chunks)


@dataclass
class Couple:
    """The same talk on a page of the server that speaks, and on one of another server."""

    player: Player
    talk: Conversation
    page: Page
    beside: Page
    ack: Frame = field(default_factory=dict)

    @property
    def key(self) -> str:
        return shelves.turn_key(UUID(self.ack["turn_id"]))

    async def say(self) -> None:
        self.ack = await self.page.say("Tell me everything")

    async def hear(self) -> Told:
        """To the end, on both; what the other page was told."""
        here, there = await asyncio.gather(self._hear(self.page), self._hear(self.beside))
        for told in (here, there):
            assert (told.turn.text, told.turn.end["status"]) == (WHOLE, "complete")
            assert WHOLE.startswith(told.spoken)
        assert here.spoken == WHOLE
        return there

    async def _hear(self, page: Page) -> Told:
        clock = asyncio.get_running_loop().time
        last, silence = clock(), 0.0
        while not (ends := [each for each in page.frames if each["type"] == "ai_end" and self._is_mine(each)]):
            await page.receive(40)
            last, silence = clock(), max(silence, clock() - last)
        frames = [each for each in page.frames if each.get("message_id") == ends[0]["message_id"]]
        return Told(Turn(self.ack, ends[0], frames), silence)

    def _is_mine(self, end: Frame) -> bool:
        return bool(end["turn_id"] == self.ack["turn_id"])


@dataclass
class Theatre:
    stage: Stage
    here: Server
    there: Server

    async def couple(self, pieces_a_second: int = 40) -> Couple:
        player = await self.stage.player()
        talk = await self.stage.talk(player, f"script-{PIECES}-tps{pieces_a_second}")
        page = await self.stage.open(talk, player)
        return Couple(player, talk, page, await self.stage.open(talk, player, server=self.there))

    async def speaking(self, cluster: Cluster, place: int) -> list[Couple]:
        """Some, of whom one at least has its stream on this node and one has it elsewhere."""
        couples = [await self.couple() for _number in range(LISTENED_TO)]
        await asyncio.gather(*(each.say() for each in couples))
        while len({cluster.place_of(each.key) == place for each in couples}) < 2:
            couples.append(await self.couple())
            await couples[-1].say()
        await asyncio.gather(*(each.beside.wait_for("ai_chunk") for each in couples))
        return couples


@pytest_asyncio.fixture
async def theatre(cluster: Cluster, start_server: Callable[..., Server]) -> AsyncIterator[Theatre]:
    for other in Server.everyone:
        other.kill()  # without the cluster it would find nothing of what a dead one said, and settle that
    where = {"REDIS_CLUSTER_URL": cluster.url}
    here, there = await in_database(lambda: (start_server(**where), start_server(**where)))
    theatre = Theatre(Stage(here), here, there)
    yield theatre
    await theatre.stage.close()


async def test_a_reply_that_was_cut_is_resumed_on_another_server(cluster: Cluster, theatre: Theatre) -> None:
    couple = await theatre.couple(15)  # it goes on until somebody is back, also on a busy machine
    await couple.say()
    lost = couple.beside
    await lost.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 40)
    seen = [frame for frame in lost.frames if frame["type"] == "ai_chunk"]
    lost.cut()
    assert cluster.leaders[cluster.place_of(couple.key)].line.xlen(couple.key) >= 1
    with redis.Redis.from_url(settings.REDIS_URL) as beside:
        assert not beside.exists(couple.key)
    back = await theatre.stage.open(couple.talk, couple.player, server=theatre.there)
    rest = await back.resume(seen[0]["message_id"], seen[-1]["seq"])
    assert spoken(seen) + spoken(rest.chunks, after=seen[-1]["seq"]) == rest.text == WHOLE
    await assert_settled(theatre.stage)


async def test_what_a_dead_server_said_is_brought_from_the_cluster(cluster: Cluster, theatre: Theatre) -> None:
    couple = await theatre.couple()
    await couple.say()
    await couple.beside.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 40)
    theatre.here.kill()
    end = await couple.beside.wait_for("ai_end", turn_id=couple.ack["turn_id"], within=60)
    assert end["status"] == "interrupted"
    kept = (await theatre.stage.message(couple.talk, end["message_id"])).text
    assert kept == end["full_content"]
    assert WHOLE.startswith(kept)
    heard = spoken([frame for frame in couple.beside.frames if frame["type"] == "ai_chunk"])
    assert heard
    assert kept.startswith(heard)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("place", "end"), [(0, Redis.kill), (1, Redis.freeze)], ids=["killed, its copy takes over", "silent, nobody does"]
)
async def test_replies_go_on_when_a_node_is_gone(
    cluster: Cluster, theatre: Theatre, place: int, end: Callable[[Redis], None]
) -> None:
    """Those whose streams lay there are told whole at the end, as with Redis away; all others as if nothing were."""
    couples = await theatre.speaking(cluster, place)
    end(cluster.leaders[place])
    for couple, heard in zip(couples, await asyncio.gather(*(each.hear() for each in couples)), strict=True):
        if cluster.place_of(couple.key) != place:
            assert heard.spoken == WHOLE
            assert heard.silence < LONGEST_SILENCE
    has_copy = place == 0
    if has_copy:
        await asyncio.to_thread(cluster.wait_for_the_copy)

    async def word_by_word() -> bool:
        await asyncio.gather(*(each.say() for each in couples))
        heard = await asyncio.gather(*(each.hear() for each in couples))
        reached = [has_copy or cluster.place_of(each.key) != place for each in couples]
        return all(told.spoken == WHOLE for told, there in zip(heard, reached, strict=True) if there)

    await eventually(word_by_word, 60)
    told = (await in_database(lambda: theatre.here.get_json("/readyz")))[1]
    assert (told["ready"], told["degraded"].keys()) == (True, set() if has_copy else {"cluster"})
    await assert_settled(theatre.stage)


def test_the_cache_lies_over_all_nodes(cluster: Cluster) -> None:
    cache = ClusterCache([cluster.url], {})
    many = {f"name-{number}": number for number in range(30)}
    cache.set_many(many, timeout=60)
    assert cache.get_many([*many, "missing"]) == many
    assert all(each.line.dbsize() for each in cluster.leaders)
    assert all(each.line.ttl(each.line.randomkey()) > 0 for each in cluster.leaders)
    assert (cache.add("name-0", 5), cache.incr("name-1", 5), cache.get("name-0")) == (False, 6, 0)
    cache.delete_many(["name-0", "name-1", "name-2"])
    assert cache.get_many(["name-0", "name-1", "name-2"]) == {}
    cache.set("name-3", 1, version=2)
    beside = [f"dramatis:turn:{{{digit:x}}}:beside" for digit in range(16)]
    for key in beside:
        cluster.leaders[cluster.place_of(key)].line.set(key, "a running text")
    cache.clear()
    assert sorted(key for each in cluster.leaders for key in each.line.scan_iter()) == sorted(beside)


def test_what_the_cache_has_of_somebody_goes_with_them(cluster: Cluster) -> None:
    people = [UUID(int=number) for number in range(1, 20)]
    cache = ClusterCache([cluster.url], {})
    cache.set_many({f"of.{person.hex}": 1 for person in people} | {"of.nobody": 1})
    assert forget_traces(people) == len(people)
    assert cache.get("of.nobody") == 1
    assert sum(each.line.dbsize() for each in cluster.leaders) == 1


def test_a_node_that_is_gone_keeps_nothing_of_what_others_have_of_somebody(cluster: Cluster) -> None:
    people = [UUID(int=number) for number in range(1, 20)]
    ClusterCache([cluster.url], {}).set_many({f"of.{person.hex}": 1 for person in people}, None)
    held = [each.line.dbsize() for each in cluster.leaders]
    gone = min(range(3), key=lambda number: cluster.leaders[number].port)  # it would be asked first
    cluster.leaders[gone].kill()
    assert forget_traces(people) == len(people) - held[gone] > 0
    assert [each.line.dbsize() for number, each in enumerate(cluster.leaders) if number != gone] == [0, 0]


async def test_what_a_dead_node_has_is_away_and_the_rest_is_not(cluster: Cluster) -> None:
    turns = [UUID(int=number) for number in range(16)]
    for turn in turns:
        await shelves.client().xadd(shelves.turn_key(turn), {"a": 1})
    cluster.leaders[1].kill()
    await stream.forget(turns)
    assert (cluster.leaders[0].line.dbsize(), cluster.leaders[2].line.dbsize()) == (0, 0)
    for turn in turns:
        if cluster.place_of(shelves.turn_key(turn)) == 1:
            with pytest.raises(redis.RedisError):
                await shelves.client().xlen(shelves.turn_key(turn))
        else:
            assert await shelves.client().xlen(shelves.turn_key(turn)) == 0
    await shelves.close()


async def test_a_slot_on_its_way_to_another_node_is_followed(cluster: Cluster) -> None:
    """Before (MOVED), while (ASK) and after; by scripts, plain commands, reads that block, and the cache."""
    key = "dramatis:turn:{0}:moves"
    here = cluster.place_of(key)
    there = (here + 1) % 3
    await shelves.client().xadd(key, {"a": 1})
    cache = ClusterCache([cluster.url], {})
    cache.set("{0}", "old")
    with cluster.moving(key, here, there) as arrive:
        other = "dramatis:turn:{0}:fresh"
        await shelves.client().xadd(other, {"a": 2})
        assert await shelves.run(COUNT, ["{0}:count"], []) == 1
        assert cluster.leaders[there].line.cluster("COUNTKEYSINSLOT", key_slot(key.encode())) == 2
        assert [len(await shelves.client().xrange(each)) for each in (key, other)] == [1, 1]
        assert (cache.get("{0}"), cache.add("{0}", "new"), cache.add("{0}:fresh", 1)) == ("old", False, True)
        assert cache.incr("{0}:fresh") == 2
        arrive()
    assert await shelves.run(COUNT, ["{0}:count"], []) == 2
    reader = shelves.blocking_client()
    assert len(await reader.xread({key: "0", other: "0"}, block=1000)) == 2
    assert cluster.leaders[here].line.cluster("COUNTKEYSINSLOT", key_slot(key.encode())) == 0
    await reader.aclose()
    await shelves.close()


def test_how_it_is_is_told(cluster: Cluster, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """To readiness, to Prometheus, to everybody."""
    assert (health.redis(), health.cluster()) == (None, None)
    assert looking.redis_and_cluster() is State.OK
    figures = {metric.name: metric for metric in site.Site().collect()}
    assert len(figures["dramatis_cluster_memory_bytes"].samples) == 3
    assert figures["dramatis_cluster_nodes_away"].samples[0].value == 0
    cluster.leaders[1].freeze()
    assert health.cluster() == "1 of 3 nodes that lead do not answer"
    assert looking.redis_and_cluster() is State.SLOW
    figures = {metric.name: metric for metric in site.Site().collect()}
    assert len(figures["dramatis_cluster_memory_bytes"].samples) == 2
    assert figures["dramatis_cluster_nodes_away"].samples[0].value == 1
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    with pytest.raises(redis.ConnectionError):
        health.redis()
