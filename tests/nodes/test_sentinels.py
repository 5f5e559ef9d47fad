"""Redis watched by sentinels, real ones: whoever leads is followed, by everything that we keep there."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts import redisplace
from accounts.scripts import Script, Scripts
from config.dotenv import PROJECT
from tests.chat.checks import assert_settled
from tests.chat.client import spoken
from tests.chat.stage import Stage, eventually, in_database, script
from tests.nodes.sentinels import Sentinels
from tests.stack import Server, Worker

APPS = (
    "config",
    "inference",
    "accounts",
    "characters",
    "moderation",
    "memory",
    "voice",
    "stories",
    "chat",
    "operations",
)
BY_HAND = re.compile(r"Redis\.from_url|ConnectionPool\.from_url|[^\w.]Redis\((?!\))[^)]*(host|url)", re.I)
COUNT = Script("return redis.call('INCR', KEYS[1])")


@pytest.fixture
def sentinels() -> Iterator[Sentinels]:
    sentinels = Sentinels()
    yield sentinels
    sentinels.stop()


def queue_at(url: str) -> Celery:
    address, options = redisplace.broker(url)
    app = Celery("of-the-test", broker=address, set_as_current=False)
    app.conf.update(
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS | options,
        task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        task_queues=settings.CELERY_TASK_QUEUES,
    )
    return app


async def test_every_line_of_ours_follows_the_one_that_leads(sentinels: Sentinels) -> None:
    """Scripts, plain commands, the cache, hints between processes, tasks."""
    url = sentinels.url
    scripts = Scripts(url)
    client = redisplace.client(url)
    layer = RedisPubSubChannelLayer(hosts=[redisplace.layer_host(url)], prefix="dramatis")
    cache = RedisCache([url], {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})
    queue = queue_at(url)

    async def all_of_it() -> bool:
        try:
            await scripts.run(COUNT, ["count"], [], seconds=2)
            await asyncio.to_thread(client.set, "plain", "1")
            await asyncio.to_thread(cache.set, "cached", "1")
            channel = await layer.new_channel()  # one that waited in vain is gone
            await layer.group_add("talk", channel)
            await layer.group_send("talk", {"type": "hint"})
            await asyncio.wait_for(layer.receive(channel), 2)
            await asyncio.to_thread(queue.send_task, "chat.tasks.sweep_turns")
        except (RedisError, OSError, TimeoutError, OperationalError):
            return False
        return True

    assert await all_of_it()
    before = sentinels.first.line.dbsize()
    sentinels.kill_the_first()
    await asyncio.to_thread(sentinels.wait_for_the_second)
    await eventually(all_of_it)
    held = sentinels.second.line
    assert held.dbsize() >= before
    assert int(held.get("count")) >= 2
    assert held.llen("celery:dramatis") >= 1
    await scripts.aclose()
    await layer.flush()
    client.close()


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_talks_and_tasks_go_on_over_a_failover(
    sentinels: Sentinels, start_server: Callable[..., Server], start_worker: Callable[..., Worker]
) -> None:
    there_is = {"REDIS_URL": sentinels.url, "QUEUE_TASKS": 1}
    here, there = await in_database(lambda: (start_server(**there_is), start_server(**there_is)))
    worker = await in_database(lambda: start_worker(**there_is))
    stage = Stage(here)
    player = await stage.player()
    talk = await stage.talk(player, "script-300-tps60")
    page, beside = await stage.open(talk, player), await stage.open(talk, player, server=there)
    ack = await page.say("Tell me everything")
    await beside.wait_for("ai_chunk")
    sentinels.kill_the_first()
    for each in (page, beside):
        told = await each.rest_of_turn(ack, 0, within=40)
        assert (told.text, told.end["status"]) == (script(300), "complete")
        assert script(300).startswith(spoken(told.chunks))
    await asyncio.to_thread(sentinels.wait_for_the_second)
    await stage.other_model(talk, "script-60-tps60")

    async def word_by_word() -> bool:
        ack = await page.say("And now?")
        told = await beside.rest_of_turn(ack, len(beside.frames), within=30)
        return spoken(told.chunks) == script(60)

    await eventually(word_by_word, 60)
    assert (await in_database(lambda: here.get_json("/readyz")))[1]["degraded"] == {}

    before = worker.said().count("sweep_turns")

    async def worked() -> bool:
        await asyncio.to_thread(queue_at(sentinels.url).send_task, "chat.tasks.sweep_turns")
        return worker.said().count("sweep_turns") > before

    await eventually(worked, 60)
    await stage.close()
    await assert_settled(stage)


def test_nobody_connects_to_redis_by_hand() -> None:
    """An address made into a connection elsewhere would lead to no sentinel."""
    sources = [path for app in APPS for path in (PROJECT / app).rglob("*.py")]
    found = {path.relative_to(PROJECT) for path in sources if BY_HAND.search(path.read_text())}
    assert found == {Path("accounts/redisplace.py")}
