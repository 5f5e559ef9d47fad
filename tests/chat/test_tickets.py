"""Tickets: a program without cookie or Origin opens the socket once, within a minute, for as long as its key holds."""

import pytest
import redis
from django.conf import settings
from websockets.exceptions import InvalidStatus

from accounts.api_keys import revoke_key
from accounts.ids import uuid7
from accounts.models import ApiKey
from chat.protocol import Close
from tests.chat.checks import FAILED
from tests.chat.client import Page
from tests.chat.programs import API, page_of, program
from tests.chat.stage import eventually, in_database, script
from tests.chat.test_doors import closed

NATIVE = {"origin": None, "cookie": ""}


async def ticket_for(asking, talk) -> dict:
    status, told = await asking.ask("POST", f"{API}{talk.pk}/ticket/")
    assert status == 201, told
    return told


async def refused(url: str, **more) -> int | None:
    page = await Page.open_silent(url, **NATIVE | more)
    return await page.close_code()


def kept() -> dict[bytes, int]:
    """What Redis holds of tickets, and for how many milliseconds."""
    line = redis.Redis.from_url(settings.REDIS_URL)
    found = {key: line.pttl(key) for key in line.scan_iter("dramatis:ticket:*")}
    line.close()
    return found


async def test_a_ticket_opens_the_socket_once(stage, server, second_server):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        told = await ticket_for(asking, talk)
        assert told["url"] == f"{stage.socket_url(talk)}?ticket={told['ticket']}"
        assert len(told["ticket"]) == 32
        assert told["expires_in"] == 60
        elsewhere = f"{stage.socket_url(talk, second_server)}?ticket={told['ticket']}"
        page = await Page.open(elsewhere, **NATIVE)
        assert (await page.turn("Hello")).text == script(30)
        for url in (told["url"], elsewhere):
            assert await refused(url) == Close.NOT_SIGNED_IN
        page.cut()


async def test_a_ticket_is_for_one_conversation_and_used_up_by_trying(stage):
    alice = await stage.player()
    talk, other = await stage.talk(alice), await stage.talk(alice)
    async with program(stage, alice) as asking:
        told = await ticket_for(asking, talk)
        assert await refused(f"{stage.socket_url(other)}?ticket={told['ticket']}") == Close.NOT_SIGNED_IN
        assert await refused(told["url"]) == Close.NOT_SIGNED_IN


async def test_a_ticket_does_not_last(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        before = await in_database(kept)
        told = await ticket_for(asking, talk)
        [(key, milliseconds)] = (await in_database(kept)).items() - before.items()
        assert 50_000 < milliseconds <= 60_000
        assert told["ticket"].encode() not in key

        def expire() -> None:
            line = redis.Redis.from_url(settings.REDIS_URL)
            assert told["ticket"].encode() not in line.get(key)
            assert asking.secret.encode() not in line.get(key)
            line.pexpire(key, 0)
            line.close()

        await in_database(expire)
        assert await refused(told["url"]) == Close.NOT_SIGNED_IN


@pytest.mark.parametrize("shown", ["", "x", "0" * 31, "0" * 33, "G" * 32])
async def test_what_is_no_ticket_is_a_foreign_origin(stage, shown):
    alice = await stage.player()
    talk = await stage.talk(alice)
    with pytest.raises(InvalidStatus) as refusal:
        await Page.open_silent(f"{stage.socket_url(talk)}?ticket={shown}", **NATIVE)
    assert refusal.value.response.status_code == 403


async def test_a_page_of_another_site_does_not_come_in_with_a_ticket(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        told = await ticket_for(asking, talk)
        with pytest.raises(InvalidStatus):
            await Page.open_silent(told["url"], origin="https://evil.example", cookie=alice.cookie)
        page = await Page.open(told["url"], **NATIVE)
        page.cut()


async def test_an_unknown_ticket_is_not_saved_by_a_cookie(stage, server):
    alice = await stage.player()
    talk = await stage.talk(alice)
    url = f"{stage.socket_url(talk)}?ticket={'0' * 32}"
    assert await refused(url, cookie=alice.cookie, origin=server.origin) == Close.NOT_SIGNED_IN


async def test_the_socket_of_a_ticket_closes_with_the_key(stage, server, second_server):
    alice, bob = await stage.player(), await stage.player()
    hers, his = await stage.talk(alice), await stage.talk(bob)
    async with program(stage, alice) as asking, program(stage, bob) as other:
        told = await ticket_for(asking, hers)
        page = await Page.open(f"{stage.socket_url(hers, second_server)}?ticket={told['ticket']}", **NATIVE)
        bobs = await Page.open((await ticket_for(other, his))["url"], **NATIVE)
        unused = await ticket_for(asking, hers)
        key = await in_database(lambda: ApiKey.objects.get(user=alice.user))
        await in_database(lambda: revoke_key(user=alice.user, key_id=key.pk))
        # A ticket that the key was given before it was revoked opens nothing either.
        assert await refused(unused["url"]) == Close.NOT_SIGNED_IN
        assert await closed(page) == {Close.NOT_SIGNED_IN}
        assert (await asking.ask("POST", f"{API}{hers.pk}/ticket/"))[0] == 401
        await bobs.quiet()
        bobs.cut()


async def test_the_socket_of_a_session_s_ticket_closes_with_the_session(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with page_of(stage, alice) as asking:
        page = await Page.open((await ticket_for(asking, talk))["url"], **NATIVE)
        assert (await stage.browser(alice).submit("/account/logout/"))[0] == 302
        assert await closed(page, within=1.5) == {Close.NOT_SIGNED_IN}


async def test_a_ticket_is_in_no_log(stage, start_server):
    server = await in_database(lambda: start_server(LOG_LEVEL="DEBUG"))
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice, server=server) as asking:
        told = await ticket_for(asking, talk)
        page = await Page.open(told["url"], **NATIVE)
        await page.quiet()
        assert await refused(told["url"]) == Close.NOT_SIGNED_IN
        page.cut()
        status, _ = await asking.ask("GET", f"{API}{uuid7()}/stream/?after={told['ticket']}")
        assert status == 400

    async def told_of_it() -> bool:
        return f"{API.lstrip('/')}<uuid:conversation_id>/ticket/" in server.said()

    await eventually(told_of_it)
    assert told["ticket"] not in server.said()
    assert asking.secret not in server.said()
    assert not [line for line in server.said().splitlines() if FAILED.search(line)]


async def test_without_redis_there_are_no_tickets_and_a_word_about_it(stage, redis_service):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        await in_database(redis_service.stop)
        status, told = await asking.ask("POST", f"{API}{talk.pk}/ticket/")
        assert (status, told["code"]) == (503, "unavailable")
