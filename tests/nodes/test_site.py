"""A site of several nodes: talked to through the front door while one thing after another fails behind it."""

import asyncio
import functools
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from chat.models import Conversation
from tests.chat.checks import assert_settled
from tests.chat.client import Page, spoken
from tests.chat.stage import Player, Stage, eventually, in_database, script
from tests.nodes import redises
from tests.nodes.site import Node, Site
from tests.nodes.visitor import Visitor, assert_kept
from tests.stack import Service

PIECES = 60
MODEL = f"script-{PIECES}-tps60"  # a second
WHOLE = script(PIECES)
TALKERS = 6


@asynccontextmanager
async def talking(site: Site, stage: Stage, count: int = TALKERS):
    """So many people who talk all the time; at the end what they said and were told is compared with what is stored."""
    visitors = await asyncio.gather(*(Visitor.come(site, stage, MODEL) for _ in range(count)))
    enough = asyncio.Event()
    at_it = [asyncio.create_task(visitor.talk_until(enough)) for visitor in visitors]
    await eventually(lambda: _all_speak(visitors), 60)
    yield visitors
    enough.set()
    await asyncio.wait_for(asyncio.gather(*at_it), 90)
    for visitor in visitors:
        await visitor.leave()


async def _all_speak(visitors: list[Visitor]) -> bool:
    return all(visitor.lines and visitor.lines[-1].chunks for visitor in visitors)


async def a_round(visitors: list[Visitor]) -> None:
    """Everybody gets through with one more line."""
    before = [len(visitor.lines) + 1 for visitor in visitors]

    async def done() -> bool:
        return all(len(visitor.lines) > count for visitor, count in zip(visitors, before, strict=True))

    await eventually(done, 60)


async def test_a_room_over_nodes_and_a_reply_resumed_on_another(site: Site, stage: Stage) -> None:
    """The front door leads each line to the next node: nobody is where they were, and everybody hears the same."""
    visitor = await Visitor.come(site, stage, "script-150-tps60")
    pages, met = [], []
    for _number in range(4):
        pages.append(await visitor.open())
        met.append(visitor.met[-1])
        visitor.page = None
    assert set(met) == {node.host for node in site.nodes}
    ack = await pages[0].say("Tell me everything")
    for page in pages[1:]:
        await page.wait_for("ai_chunk")
    # One loses the line in the middle of a word, and comes back somewhere else.
    lost = pages[1]
    await lost.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 40)
    seen = [frame for frame in lost.frames if frame["type"] == "ai_chunk"]
    lost.cut()
    back = await on(site, visitor.talk, visitor.player, next(node for node in site.nodes if node.host != met[1]))
    assert back.ready["turn"]["turn_id"] == ack["turn_id"]
    rest = await back.resume(seen[0]["message_id"], seen[-1]["seq"])
    assert spoken(seen) + spoken(rest.chunks, after=seen[-1]["seq"]) == rest.text == script(150)
    for page in (pages[0], *pages[2:]):
        told = await page.rest_of_turn(ack, 0)
        assert told.text == script(150)
        assert told.text.startswith(spoken(told.chunks)), "the end brings what a busy node had not passed on"
    for page in (*pages, back):
        page.cut()


@pytest.mark.timeout(300)
async def test_every_process_is_restarted_under_streams(site: Site, stage: Stage) -> None:
    async with talking(site, stage) as visitors:
        for process in site.processes:
            assert await site.do(functools.partial(process.terminate, 40)) is not None, process.said()[-2000:]
            await site.do(process.start)
        await a_round(visitors)
    await assert_settled(stage)
    found = await assert_kept(visitors, whole=WHOLE)
    assert set(found) == {"complete"}, found
    assert sum(visitor.drops for visitor in visitors) >= TALKERS, "nobody noticed anything"


async def test_a_node_dies_under_load(site: Site, stage: Stage) -> None:
    async with talking(site, stage) as visitors:
        await site.do(site.nodes[0].kill)
        await a_round(visitors)
        assert {visitor.met[-1] for visitor in visitors} == {site.nodes[1].host}
        await site.do(site.nodes[0].start)
    await assert_settled(stage)
    found = await assert_kept(visitors, whole=WHOLE)
    assert found["complete"] > found["interrupted"] > 0


async def test_redis_fails_over(site: Site, stage: Stage, redis_service: Service) -> None:
    """Its copy takes over under the same address, as managed services do it."""
    url = urlsplit(site.redis_url)
    copy = redises.Server(password=str(url.password))
    try:
        async with talking(site, stage) as visitors:
            await in_database(lambda: copy.follow(url.port))
            redis_service.kill()
            copy.take_over()
            site.lead(copy.port)
            await a_round(visitors)
            await a_round(visitors)
        found = await assert_kept(visitors, whole=WHOLE)
        assert set(found) == {"complete"}, found
        assert copy.line.zcard("dramatis:nodes") == len(site.nodes)
    finally:
        redis_service.start()
        site.lead(url.port)
        copy.stop()
    await assert_settled(stage)


async def test_postgres_restarts(site: Site, stage: Stage, postgres_service: Service) -> None:
    async with talking(site, stage) as visitors:
        await in_database(postgres_service.restart)
        await a_round(visitors)
    await assert_settled(stage)
    found = await assert_kept(visitors, whole=WHOLE)
    assert set(found) == {"complete"}, found


async def test_a_node_is_cut_off_from_redis(site: Site, stage: Stage) -> None:
    """It goes on for its own people. The others take it for dead and settle what it was saying; that is what counts."""
    cut_off, other = site.nodes
    talk = await stage.talk(player := await stage.player(), "script-360-tps60")
    here, there = [await on(site, talk, player, node) for node in (cut_off, other)]
    async with talking(site, stage) as visitors:
        ack = await here.say("Tell me everything")
        await there.wait_for("ai_chunk")
        site.gates[cut_off].shut()
        end = await there.wait_for("ai_end", turn_id=ack["turn_id"])
        assert end["status"] == "interrupted"
        assert script(360).startswith(end["full_content"])
        # Who was heard by the one that was cut off is told the same, and nothing is stored twice.
        told = await here.wait_for("ai_end", turn_id=ack["turn_id"])
        assert (told["status"], told["full_content"]) == ("interrupted", end["full_content"])
        await a_round(visitors)
        site.gates[cut_off].open()
        await stage.other_model(talk, "script-5")
        assert (await here.turn("Are you back?")).end["status"] == "complete"
        await a_round(visitors)
    await assert_kept(visitors, whole=WHOLE)
    await assert_settled(stage)


async def on(site: Site, talk: Conversation, player: Player, node: Node) -> Page:
    """A line that the front door happened to lead to this node."""
    while True:
        visitor = Visitor(site, Stage(node), player, talk)
        page = await visitor.open()
        if visitor.met == [node.host]:
            return page
        page.cut()
