"""Who may not have a socket is told by a code; a foreign page is not even let in."""

import pytest
from websockets.exceptions import InvalidStatus

from accounts.ids import uuid7
from accounts.models import User
from chat import protocol
from tests.chat.client import Page
from tests.chat.stage import in_database


async def code(url, *, cookie="", origin):
    page = await Page.open_silent(url, cookie=cookie, origin=origin)
    found = await page.close_code()
    assert page.frames == [], "who is refused is told nothing"
    return found


async def test_nobody_signed_in(stage, server):
    player = await stage.player()
    talk = await stage.talk(player)
    for cookie in ("", "no-such-session"):
        assert await code(stage.socket_url(talk), cookie=cookie, origin=server.origin) == protocol.Close.NOT_SIGNED_IN


async def test_somebody_whose_account_was_closed(stage, server):
    player = await stage.player()
    talk = await stage.talk(player)
    await in_database(lambda: User.objects.filter(pk=player.user.pk).update(is_active=False))
    assert await code(stage.socket_url(talk), cookie=player.cookie, origin=server.origin) == 4401


async def test_a_strangers_talk_and_a_missing_one_look_alike(stage, server):
    alice, bob = await stage.player(), await stage.player()
    talk = await stage.talk(alice)
    for asked in (talk, uuid7()):
        assert await code(stage.socket_url(asked), cookie=bob.cookie, origin=server.origin) == 4404


async def test_a_talk_in_the_trash(stage, server):
    alice = await stage.player()
    talk = await stage.talk(alice)
    browser = stage.browser(alice)
    assert (await browser.post(f"/talks/{talk.pk}/delete"))[0] == 200
    assert await code(stage.socket_url(talk), cookie=alice.cookie, origin=server.origin) == 4404
    assert (await browser.post(f"/talks/{talk.pk}/restore"))[0] == 200
    await stage.open(talk, alice)


async def test_too_many_sockets_of_one_person(stage, start_server):
    server = await in_database(lambda: start_server(SOCKETS_PER_USER=3))
    alice, bob = await stage.player(), await stage.player()
    talk = await stage.talk(alice)
    pages = [await stage.open(talk, alice, server=server) for _ in range(3)]
    assert await code(stage.socket_url(talk, server), cookie=alice.cookie, origin=server.origin) == 4429
    await stage.open(await stage.talk(bob), bob, server=server)
    await pages[0].close()
    again = await stage.open(talk, alice, server=server)
    assert (await again.turn("Here again")).end["status"] == "complete"


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1:1", "http://127.0.0.1.evil.example:{port}",
     "http://127.0.0.1:{port}/", "http://x@127.0.0.1:{port}", "http://localhost:{port}", ""],
)  # fmt: skip
async def test_a_page_of_another_origin_is_refused_before_accept(stage, server, origin):
    alice = await stage.player()
    talk = await stage.talk(alice)
    shown = origin.format(port=server.port) if origin is not None else None
    with pytest.raises(InvalidStatus) as refused:
        await Page.open_silent(stage.socket_url(talk), cookie=alice.cookie, origin=shown)
    assert refused.value.response.status_code == 403


async def test_a_path_that_is_no_talk(stage, server):
    alice = await stage.player()
    for path in ("/ws/chat/", "/ws/chat/1/", "/ws/elsewhere/"):
        with pytest.raises(InvalidStatus):
            await Page.open_silent(server.ws_url + path, cookie=alice.cookie, origin=server.origin)


async def test_a_socket_that_sends_no_ping_is_closed(stage, start_server):
    server = await in_database(lambda: start_server(HEARTBEAT_SECONDS=0.4))
    alice = await stage.player()
    talk = await stage.talk(alice)
    silent = await stage.open(talk, alice, server=server)
    assert await silent.close_code() == protocol.Close.TOO_SLOW


async def test_every_close_code_is_published():
    codes = protocol.schema()["close_codes"]
    assert codes["not_signed_in"] == 4401
    assert codes["no_such_conversation"] == 4404
    assert codes["too_slow"] == 4408
    assert codes["too_many_connections"] == 4429
    assert codes["frame_too_large"] == 1009
    assert codes["server_restarts"] == 1012
