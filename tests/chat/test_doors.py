"""A socket outlives the request that opened it, but not the visit: it is closed soon after, wherever it is held."""

import asyncio
import time

import pytest
from django.utils import timezone

from accounts.erasure import erase
from accounts.ids import uuid7
from accounts.models import Session, User
from accounts.visits import session_mark
from chat.models import Participant
from chat.protocol import Close
from tests.chat.programs import API, Program
from tests.chat.stage import Player, in_database, sign_in
from tests.factories import PASSWORD, UserFactory

NEW = "a rather better password"
PROMISED = 5.0  # seconds


async def another_browser(stage, player) -> Player:
    stage.players.append(await in_database(lambda: sign_in(player.user)))
    return stage.players[-1]


async def closed(*pages, within=PROMISED) -> set[int | None]:
    """Their close codes, all within the promised time (and a second for a busy machine)."""
    started = time.monotonic()
    codes = await asyncio.gather(*(page.close_code() for page in pages))
    assert time.monotonic() - started < within + 1
    return set(codes)


async def test_logging_out_closes_the_sockets_of_this_browser_everywhere_and_of_no_other(stage, server, second_server):
    alice = await stage.player()
    talk = await stage.talk(alice)
    elsewhere = await another_browser(stage, alice)
    here = await stage.open(talk, alice)
    there = await stage.open(talk, alice, server=second_server)
    other = await stage.open(talk, elsewhere)
    assert (await stage.browser(alice).submit("/account/logout/"))[0] == 302
    # Told, not found out: well before the next look.
    assert await closed(here, there, within=1.5) == {Close.NOT_SIGNED_IN}
    assert (await other.turn("Still here")).end["status"] == "complete"


async def test_a_new_password_closes_the_sockets_that_were_opened_under_the_old_one(stage, server, second_server):
    alice = await stage.player()
    talk = await stage.talk(alice)
    elsewhere = await another_browser(stage, alice)
    there = await stage.open(talk, elsewhere, server=second_server)
    browser = stage.browser(alice)
    await browser.submit("/account/login/", login=alice.user.email, password=PASSWORD)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert await browser.submit("/account/password/change/", **fields) == (302, "/account/password/change/")
    assert await closed(there) == {Close.NOT_SIGNED_IN}


async def test_signing_out_everywhere_else_closes_sockets_and_event_streams_of_every_process(
    stage, server, second_server
):
    alice = await stage.player()
    talk = await stage.talk(alice)
    elsewhere = await another_browser(stage, alice)
    here = await stage.open(talk, alice)
    there = [await stage.open(talk, elsewhere), await stage.open(talk, elsewhere, server=second_server)]
    listening = Program(second_server, player=elsewhere)
    try:
        async with listening.listen(talk) as stream:
            await stream.until("ready")
            answer = await stage.browser(alice).submit("/settings/sessions/end/", others="")
            assert answer == (302, "/settings/sessions/")
            # Told, not found out.
            assert await closed(*there, within=1.5) == {Close.NOT_SIGNED_IN}
            assert (await stream.until("closed", within=PROMISED)).data == {"code": Close.NOT_SIGNED_IN}
        assert (await listening.ask("GET", f"{API}{talk.pk}/"))[0] in (401, 403)
    finally:
        await listening.session.close()
    assert (await here.turn("Still here")).end["status"] == "complete"


async def test_one_session_is_ended_by_its_mark(stage, server, second_server):
    alice = await stage.player()
    talk = await stage.talk(alice)
    lost, other = await another_browser(stage, alice), await another_browser(stage, alice)
    there = await stage.open(talk, lost, server=second_server)
    stays = await stage.open(talk, other, server=second_server)
    browser = stage.browser(alice)
    assert (await browser.submit("/settings/sessions/end/", session=session_mark(lost.cookie)))[0] == 302
    assert await closed(there, within=1.5) == {Close.NOT_SIGNED_IN}
    await stays.quiet()


def deactivate(player: Player) -> None:
    User.objects.filter(pk=player.user.pk).update(is_active=False)


def delete_session(player: Player) -> None:
    Session.objects.filter(pk=player.cookie).delete()


def let_session_expire(player: Player) -> None:
    Session.objects.filter(pk=player.cookie).update(expire_date=timezone.now())


def set_password(player: Player) -> None:
    """From a shell: nobody is told."""
    user = User.objects.get(pk=player.user.pk)
    user.set_password(NEW)
    user.save()


@pytest.mark.parametrize("end", [deactivate, delete_session, let_session_expire, set_password])
async def test_what_nobody_was_told_of_is_found_out(stage, server, second_server, end):
    alice, bob = await stage.player(), await stage.player()
    talk, other = await stage.talk(alice), await stage.talk(bob)
    pages = [await stage.open(talk, alice), await stage.open(talk, alice, server=second_server)]
    bobs = await stage.open(other, bob)
    await in_database(lambda: end(alice))
    assert await closed(*pages) == {Close.NOT_SIGNED_IN}
    await bobs.quiet()


async def test_who_was_erased_has_no_socket_left(stage):
    alice = await stage.player()
    page = await stage.open(await stage.talk(alice), alice)
    await in_database(lambda: erase(User.objects.get(pk=alice.user.pk)))
    assert await closed(page) == {Close.NOT_SIGNED_IN}


async def test_without_redis_the_look_is_enough(stage, server, second_server, redis_service):
    alice = await stage.player()
    talk = await stage.talk(alice)
    here, there = await stage.open(talk, alice), await stage.open(talk, alice, server=second_server)
    await in_database(redis_service.stop)
    assert (await stage.browser(alice).submit("/account/logout/"))[0] == 302
    assert await closed(here, there) == {Close.NOT_SIGNED_IN}


async def joined(stage, talk, role) -> Player:
    def join() -> Player:
        user = UserFactory()
        Participant.objects.create(conversation=talk, user=user, role=role)
        return sign_in(user)

    stage.players.append(await in_database(join))
    return stage.players[-1]


def leave(talk, player) -> None:
    Participant.objects.filter(conversation=talk, user=player.user).update(left_at=timezone.now())


async def test_who_left_the_talk_stops_nothing_and_is_told_nothing_more(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-300-tps40")
    bob = await joined(stage, talk, Participant.Role.PLAYER)
    hers, his = await stage.open(talk, alice), await stage.open(talk, bob)
    ack = await hers.say("Tell me everything")
    chunk = await his.wait_for("ai_chunk")
    await in_database(lambda: leave(talk, bob))
    await his.send("stop")
    assert (await his.wait_for("error"))["code"] == "not_found"
    await his.send("resume", message_id=chunk["message_id"], last_seq=0)
    assert (await his.wait_for("error"))["code"] == "not_found"
    await his.send("chat", content="One more thing", client_id=uuid7())
    assert (await his.wait_for("error"))["code"] == "not_found"
    assert await closed(his) == {Close.REMOVED}
    assert (await hers.rest_of_turn(ack)).end["status"] == "complete"


async def test_a_spectator_reads_along_and_stops_nothing(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-60")
    guest = await joined(stage, talk, Participant.Role.SPECTATOR)
    hers, theirs = await stage.open(talk, alice), await stage.open(talk, guest)
    ack = await hers.say("Tell me")
    await theirs.wait_for("ai_chunk")
    await theirs.send("stop", turn_id=ack["turn_id"])
    assert (await theirs.wait_for("error"))["code"] == "not_found"
    assert (await theirs.rest_of_turn()).end["status"] == "complete"
