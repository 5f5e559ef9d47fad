"""A site of three nodes with two workers and a beat, and fifty people who talk. By name: `make test-long`."""

import asyncio
import functools
from collections.abc import Callable

import pytest

from tests.chat.checks import assert_settled
from tests.chat.stage import Stage
from tests.nodes.site import Site
from tests.nodes.test_site import WHOLE, a_round, talking
from tests.nodes.visitor import assert_kept

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]
STREAMS = 50


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site(nodes=3, beats=1)


async def test_every_process_of_three_nodes_is_restarted_under_fifty_streams(site: Site, stage: Stage) -> None:
    async with talking(site, stage, STREAMS) as visitors:
        for process in site.processes:
            left = await site.do(functools.partial(process.terminate, 60))
            assert left is not None, process.said()[-2000:]
            await site.do(process.start)
        await a_round(visitors)
    await assert_settled(stage)
    found = await assert_kept(visitors, whole=WHOLE)
    print(
        f"{STREAMS} people, {sum(found.values())} replies: {found}; lines that broke: {sum(v.drops for v in visitors)}"
    )
    assert found["complete"] > 100 * found.get("interrupted", 0)


async def test_two_of_three_nodes_die_one_after_the_other(site: Site, stage: Stage) -> None:
    async with talking(site, stage, STREAMS) as visitors:
        for node in site.nodes[:2]:
            await site.do(node.kill)
            await a_round(visitors)
            await site.do(node.start)
        await asyncio.gather(*(visitor.leave() for visitor in visitors))
        await a_round(visitors)
    await assert_settled(stage)
    found = await assert_kept(visitors, whole=WHOLE)
    print(f"{STREAMS} people, {sum(found.values())} replies: {found}")
    assert found["complete"] > found["interrupted"] > 0
