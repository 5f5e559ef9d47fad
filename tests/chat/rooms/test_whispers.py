"""A whisper is seen by whom it is for, on every way out, and heard by those characters alone."""

import json

import pytest

from accounts.ids import uuid7
from chat.models import Message
from chat.selectors import older_than, shown_branch, talks_for
from tests.chat.client import Page
from tests.chat.stage import in_database

CANARY = "Marmalade7731"


def ids_of(room, *names, people=()):
    return [*(str(room.cast[name].pk) for name in names), *(str(player.user.pk) for player in people)]


async def test_a_whisper_reaches_nobody_else(rooms, second_server, standin):
    room = await rooms.room("Mira", "Tom", model="script-33")
    bob, carol = await rooms.guest(room, "Bob"), await rooms.guest(room, "Carol")
    alice = await rooms.open(room.talk, room.host)
    page_of_bob = await rooms.open(room.talk, bob)
    others = [await rooms.open(room.talk, carol), await rooms.open(room.talk, carol, server=second_server)]

    ack = await page_of_bob.say(f"Tom, {CANARY}", audience=ids_of(room, "Tom", people=[room.host]))
    reply = await page_of_bob.rest_of_turn(ack)
    assert "[33]" in reply.text
    # Whom it is for sees all of it.
    assert (await alice.rest_of_turn(ack, 0)).text == reply.text
    line = next(frame["message"] for frame in alice.frames if frame["type"] == "message")
    assert line["whispered_to"] == ["Tom", "Alice"]
    await rooms.quiet(room.talk)

    # Nobody else does: not over a socket of this or of another process, not when it opens, not by any id.
    await rooms.other_models(room.talk, "script-5")
    after = await alice.turn("Mira, nice weather?")
    for page in others:
        await page.rest_of_turn(after.ack, 0)
    others += [await rooms.open(room.talk, carol), await rooms.open(room.talk, carol, server=second_server)]
    secrets = {CANARY, "[33]", ack["message_id"], ack["turn_id"], reply.message_id}
    for page in others:
        await page.quiet()
        for message_id in (reply.message_id, ack["message_id"]):
            await page.send("resume", message_id=message_id, last_seq=0)
            assert (await page.wait_for("error"))["code"] == "not_found"
        await page.send("regenerate", message_id=reply.message_id, client_id=uuid7())
        assert (await page.wait_for("error"))["code"] == "not_found"
        await page.send("chat", content="After", parent_id=reply.message_id, client_id=uuid7())
        assert (await page.wait_for("error"))["code"] == "invalid"
        # The answer to the other line was said behind the whisper, and does not tell that.
        assert not [secret for secret in secrets if secret in json.dumps(page.frames)]
    browser = rooms.browser(carol)
    for path in ("", "branch/", f"messages/?before={ack['message_id']}", f"messages/?before={after.ack['message_id']}"):
        _, text = await browser.get(f"/talks/{room.talk.pk}/{path}")
        assert not [secret for secret in (CANARY, "[33]", reply.message_id, ack["turn_id"]) if secret in text], path
    status, _ = await browser.get(f"/talks/{room.talk.pk}/messages/?before={ack['message_id']}")
    assert status == 404

    # Tom was told, Mira was not.
    sent = [json.dumps(each["body"], ensure_ascii=False) for each in standin.requests(contains=CANARY)]
    assert len(sent) == 1
    assert "write the part of Tom" in sent[0]


async def test_a_whisper_among_people_is_answered_by_nobody_and_heard_by_no_character(rooms, standin):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    alice, page = await rooms.open(room.talk, room.host), await rooms.open(room.talk, bob)
    ack = await page.say(CANARY + "b", audience=[str(room.host.user.pk)])
    assert ack["turn_id"] is None
    assert (await alice.wait_for("message"))["message"]["content"] == CANARY + "b"
    await alice.turn("Mira?")
    await rooms.quiet(room.talk)
    assert standin.requests(contains=CANARY + "b") == []


async def test_whispers_that_wait_are_answered_apart_and_in_their_place(rooms):
    room = await rooms.room("Mira", "Tom", model="script-30-tps60", replies_limit=0)
    bob = await rooms.guest(room, "Bob")
    alice, page = await rooms.open(room.talk, room.host), await rooms.open(room.talk, bob)
    first = await alice.say("Mira, one")
    await alice.wait_for("ai_chunk")
    await page.say("Tom, two", audience=ids_of(room, "Tom"))
    await alice.say("Mira, three")
    await alice.rest_of_turn(first)
    await alice.wait_for("ai_end")
    await rooms.quiet(room.talk)
    assert [speaker for speaker, _ in await rooms.branch(room.talk)] == [
        "Mira", "Alice", "Mira", "Bob", "Tom", "Alice", "Mira",
    ]  # fmt: skip

    def shown(user):
        talk = talks_for(user)[0]
        conversation = room.talk
        conversation.refresh_from_db()
        lines, _ = shown_branch(user=user, conversation=conversation, leaf=conversation.head_id)
        return [line.author for line in lines], [(line.parent_id, line.siblings) for line in lines], talk.preview

    authors, places, _ = await in_database(lambda: shown(room.host.user))
    assert authors == ["Mira", "Alice", "Mira", "Alice", "Mira"]
    stored = await in_database(lambda: set(Message.objects.filter(seen_by=None).values_list("pk", flat=True)))
    assert all(parent in stored | {None} and set(siblings) <= stored for parent, siblings in places)
    authors, _, _ = await in_database(lambda: shown(bob.user))
    assert authors == ["Mira", "Alice", "Mira", "Bob", "Tom", "Alice", "Mira"]


async def test_a_draft_knows_what_the_person_has_seen(rooms, standin):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    alice, page = await rooms.open(room.talk, room.host), await rooms.open(room.talk, bob)
    await alice.turn(CANARY + "c", audience=ids_of(room, "Mira"))
    await rooms.quiet(room.talk)
    before = len(standin.requests(contains=CANARY + "c"))
    await page.send("impersonate", client_id=uuid7(), hint="")
    await page.wait_for("draft_end")
    assert len(standin.requests(contains=CANARY + "c")) == before


async def test_who_may_not_see_a_turn_cannot_stop_it(rooms):
    room = await rooms.room("Mira", model="script-200-tps40")
    bob = await rooms.guest(room, "Bob")
    alice, page = await rooms.open(room.talk, room.host), await rooms.open(room.talk, bob)
    ack = await alice.say("A secret", audience=ids_of(room, "Mira"))
    await page.send("stop")
    assert (await page.wait_for("error"))["code"] == "nothing_running"
    await page.send("stop", turn_id=ack["turn_id"])
    assert (await page.wait_for("error"))["code"] == "nothing_running"
    await alice.send("stop")
    assert (await alice.rest_of_turn(ack)).end["status"] == "stopped"


@pytest.mark.parametrize("to", ["a stranger", "a talk that is no room"])
async def test_nobody_to_whisper_to(rooms, to):
    if to == "a stranger":
        room = await rooms.room("Mira")
        page: Page = await rooms.open(room.talk, room.host)
    else:
        page = await rooms.play()
    await page.send("chat", content="Psst", audience=[uuid7()], client_id=uuid7())
    assert (await page.wait_for("error"))["code"] == "invalid"


async def test_older_pages_count_what_is_shown(rooms):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    page = await rooms.open(room.talk, bob)
    for number in range(6):
        await page.say(f"Whisper {number}", audience=[str(room.host.user.pk)])
    last = await page.say("Aloud", audience=[])

    def shown():
        user, talk = rooms_carol.user, room.talk
        talk.refresh_from_db()
        lines, more = shown_branch(user=user, conversation=talk, leaf=talk.head_id, limit=2)
        above, _ = older_than(user=user, conversation=talk, message_id=lines[0].id)
        return [line.content for line in lines], more, [line.content for line in above]

    await page.rest_of_turn(last)
    rooms_carol = await rooms.guest(room, "Carol")
    texts, more, above = await in_database(shown)
    assert texts[0] == "Aloud"
    assert more
    assert len(above) == 1
    assert "Evening" in above[0]
