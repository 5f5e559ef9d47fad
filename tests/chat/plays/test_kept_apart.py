"""Who may not act in a play, over an open socket: blocked by somebody there, muted, kept out of rooms, put out."""

from accounts.blocks import block
from accounts.models import Sanction
from accounts.sanctions import impose, lift
from chat.models import Conversation, PlayEntry
from chat.protocol import Close
from tests.chat.client import Page
from tests.chat.plays.stage import act
from tests.chat.stage import in_database
from tests.factories import UserFactory


async def turned_away(page: Page, talk: Conversation, code: str) -> None:
    """An action that is refused leaves no entry, and nobody is told of one."""
    before = await PlayEntry.objects.filter(play=talk.pk).acount()
    done = await act(page, "take", "lamp")
    assert (done.answer["type"], done.answer["code"], done.events) == ("error", code, [])
    assert await PlayEntry.objects.filter(play=talk.pk).acount() == before


async def test_who_blocked_somebody_sees_what_they_do_in_the_story_and_their_line_folded(plays):
    room = await plays.begun()
    alice = await plays.open(room.talk, room.host)
    bob = await plays.guest(room, "Bob")
    their = await plays.open(room.talk, bob)
    await in_database(lambda: block(user=room.host.user, person_id=bob.user.pk))
    taken = await act(their, "take", "lamp")
    assert taken.answer["type"] == "ack"
    # It is one story: what they took is gone for everybody.
    event = await alice.wait_for("game_event")
    assert event["payload"]["action"] == {"verb": "take", "target": "lamp", "item": ""}
    await alice.wait_for("ai_end")
    assert (await act(alice, "take", "lamp")).answer["reason"] == "not_now"
    host, other = plays.browser(room.host), plays.browser(bob)
    _status, page = await host.get(f"/talks/{room.talk.pk}/")
    _status, theirs = await other.get(f"/talks/{room.talk.pk}/")
    assert 'class="veil"' in page
    assert 'class="veil"' not in theirs


async def test_who_was_blocked_hides_nothing_from_whoever_wants_their_lines(plays):
    room = await plays.begun()
    bob = await plays.guest(room, "Bob")
    their = await plays.open(room.talk, bob)
    await in_database(lambda: block(user=room.host.user, person_id=bob.user.pk, hides_lines=False))
    await act(their, "take", "lamp")
    _status, page = await plays.browser(room.host).get(f"/talks/{room.talk.pk}/")
    assert 'class="veil"' not in page


async def test_who_is_muted_or_only_watches_does_nothing_in_the_story(plays):
    room = await plays.begun()
    host, bob = plays.browser(room.host), await plays.guest(room, "Bob")
    page = await plays.open(room.talk, bob)
    person = f"/rooms/{room.talk.pk}/people/{bob.user.pk}"
    for shut, opened, code in (("mute", "unmute", "muted"), ("spectator", "player", "not_found")):
        assert (await host.post(person, act=shut))[0] == 200
        await turned_away(page, room.talk, code)
        assert (await host.post(person, act=opened))[0] == 200
    assert (await act(page, "take", "lamp")).answer["type"] == "ack"


async def test_who_is_kept_out_of_rooms_does_nothing_until_that_is_lifted(plays):
    room = await plays.begun()
    bob = await plays.guest(room, "Bob")
    page = await plays.open(room.talk, bob)

    def restrict() -> Sanction:
        return impose(user=bob.user, kind=Sanction.Kind.NO_ROOMS, rule="harassment", by=UserFactory())

    sanction = await in_database(restrict)
    await turned_away(page, room.talk, "restricted")
    await in_database(lambda: lift(sanction=sanction))
    assert (await act(page, "take", "lamp")).answer["type"] == "ack"


async def test_who_is_put_out_is_off_the_line_and_comes_back_to_nothing(plays):
    room = await plays.begun()
    host, bob = plays.browser(room.host), await plays.guest(room, "Bob")
    page = await plays.open(room.talk, bob)
    await act(page, "take", "lamp")
    assert (await host.post(f"/rooms/{room.talk.pk}/people/{bob.user.pk}", act="ban"))[0] == 200
    assert await page.close_code() == Close.REMOVED
    late = await Page.open_silent(plays.socket_url(room.talk), cookie=bob.cookie, origin=plays.server.origin)
    assert await late.close_code() == Close.NO_SUCH_CONVERSATION
    # What they did stays done, and the story goes on without them.
    alice = await plays.open(room.talk, room.host)
    assert (await act(alice, "take", "lamp")).answer["reason"] == "not_now"
