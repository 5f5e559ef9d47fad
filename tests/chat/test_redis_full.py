"""The second half of F6: a Redis that is there and takes nothing more."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import spoken
from tests.chat.stage import Stage, eventually
from tests.chat.test_faults_services import hears
from tests.stack import Server


@pytest.fixture
def full(committed: None) -> Iterator[redis.Redis]:
    """A client of it; call `config_set("maxmemory", 1)` and it refuses every write."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        yield client
        client.config_set("maxmemory", 0)


async def test_when_redis_is_full_talks_and_pages_go_on(
    stage: Stage, server: Server, second_server: Server, full: redis.Redis, log_from_here: int
) -> None:
    player = await stage.player()
    talk = await stage.talk(player, "script-20")
    page, there = [await stage.open(talk, player, server=here) for here in (server, second_server)]
    full.config_set("maxmemory", 1)
    with pytest.raises(redis.ResponseError, match="maxmemory"):
        full.set("one more", "x")
    turn = await page.turn("Is there room for this?", within=30)
    assert turn.end["status"] == "complete"
    assert spoken(turn.chunks) == turn.text
    for here in (server, second_server):
        status, html = await stage.browser(player, here).get(f"/talks/{talk.pk}/")
        assert status == 200
        assert "Is there room for this?" in html
    full.config_set("maxmemory", 0)
    await eventually(lambda: hears(page, there))  # without a restart of anything
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)
