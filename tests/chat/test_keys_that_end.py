"""A key that is revoked, or whose old secret ends: what is open under it ends within a second, in every process."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp

from accounts.api_keys import end_old_secret, revoke_key, rotate_key
from accounts.models import ApiKey
from chat.protocol import Close
from tests.chat.checks import assert_no_failure
from tests.chat.client import Page
from tests.chat.programs import API, Program, program
from tests.chat.stage import Player, eventually, in_database, mira
from tests.chat.test_doors import closed
from tests.chat.test_tickets import NATIVE, ticket_for

LONG = "script-600-tps10"


async def key_of(player: Player) -> ApiKey:
    return await in_database(lambda: ApiKey.objects.get(user=player.user))


async def completing(asking: Program, model: str) -> tuple[int, str]:
    """Status, and the whole answer."""
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
    async with asking.session.post("/v1/chat/completions", json=body) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def streaming(asking: Program, model: str) -> AsyncIterator[aiohttp.StreamReader]:
    """What comes after the character's first words."""
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    async with asking.session.post("/v1/chat/completions", json=body) as answer:
        assert answer.status == 200
        for _event in range(3):
            await answer.content.readuntil(b"\n\n")
        yield answer.content


async def test_sockets_streams_and_answers_end_in_every_process(stage, server, second_server):
    logs = {each: len(each.said()) for each in (server, second_server)}
    alice, bob = await stage.player(), await stage.player()
    talks = [await stage.talk(who, LONG) for who in (alice, alice, bob)]
    character = str((await in_database(lambda: mira(LONG))).pk)
    async with program(stage, alice) as here, program(stage, bob) as other:
        there = Program(second_server, secret=here.secret)
        pages = [await Page.open((await ticket_for(asking, talks[0]))["url"], **NATIVE) for asking in (here, there)]
        kept = await Page.open((await ticket_for(other, talks[2]))["url"], **NATIVE)
        async with there.listen(talks[0]) as stream, streaming(there, character) as words:
            await stream.until("ready")
            whole = asyncio.create_task(completing(here, character))
            waited = asyncio.create_task(there.ask("POST", f"{API}{talks[1].pk}/messages/?wait=60", {"content": "Hi"}))
            await eventually(partial(runs, stage, talks[1]))
            key = await key_of(alice)
            start = time.monotonic()
            await in_database(lambda: revoke_key(user=alice.user, key_id=key.pk))
            for page in pages:
                assert await closed(page, within=1.5) == {Close.NOT_SIGNED_IN}
            answers: list[Any] = [await whole, await waited]
            assert b"invalid_api_key" in await words.read()
            assert (await stream.until("closed")).data == {"code": Close.NOT_SIGNED_IN}
            assert time.monotonic() - start < 2.5
        assert [answers[0][0], answers[1][0]] == [401, 401]
        assert json.loads(answers[0][1])["error"]["code"] == "invalid_api_key"
        await kept.quiet()
        kept.cut()
    await there.session.close()
    for each, length in logs.items():
        assert_no_failure(each, since=length)


async def runs(stage, talk) -> bool:
    return any(turn.status == "running" for turn in await stage.turns(talk))


async def test_the_socket_of_an_old_secret_ends_with_it_and_that_of_the_new_one_stays(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as old:
        key = await key_of(alice)
        before = await Page.open((await ticket_for(old, talk))["url"], **NATIVE)
        made = await in_database(lambda: rotate_key(user=alice.user, key_id=key.pk, grace="hour"))
        new = Program(stage.server, secret=made.secret)
        after = await Page.open((await ticket_for(new, talk))["url"], **NATIVE)
        await before.quiet()
        await in_database(lambda: end_old_secret(user=alice.user, key_id=key.pk))
        assert await closed(before, within=1.5) == {Close.NOT_SIGNED_IN}
        await after.quiet()
        after.cut()
        await new.session.close()
