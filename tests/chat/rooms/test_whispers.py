"""A whisper is seen by whom it is for, on every way out, and heard by those characters alone."""

import json

import pytest

from accounts.ids import uuid7
from chat.models import Message
from chat.selectors import older_than, shown_branch, talks_for
from tests.chat.client import Page
from tests.chat.programs import API, program
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


async def test_of_a_change_to_a_whisper_nobody_else_is_told(rooms, second_server):
    room = await rooms.room("Mira")
    bob, carol = await rooms.guest(room, "Bob"), await rooms.guest(room, "Carol")
    page = await rooms.open(room.talk, bob)
    hosts = [await rooms.open(room.talk, room.host), await rooms.open(room.talk, room.host, server=second_server)]
    others = [await rooms.open(room.talk, carol), await rooms.open(room.talk, carol, server=second_server)]
    whisper = (await page.say("Psst", audience=ids_of(room, people=[room.host])))["message_id"]
    await page.turn("Mira?")
    await rooms.quiet(room.talk)
    browser, lines = rooms.browser(bob), f"/talks/{room.talk.pk}/messages/"
    _, edited = await browser.post(f"{lines}{whisper}/edit", content="Psst, you", in_place=True)
    _, deleted = await browser.post(f"{lines}delete", messages=[whisper])
    undo = f"/talks/{room.talk.pk}/undo"
    for kind, token in (("restored", deleted["undo"]), ("edited", edited["undo"])):
        status, _ = await browser.post(undo, undo=token)
        assert status == 200, kind
    for each in (page, *hosts):
        for kind in ("edited", "deleted", "restored", "edited"):
            assert await each.wait_for("changed") == {"type": "changed", "kind": kind, "ids": [whisper]}
    # A name for it, and the host's own note.
    host, places = rooms.browser(room.host), f"/talks/{room.talk.pk}/checkpoints/"
    _, named = await host.post(f"{lines}{whisper}/checkpoint", name="Where it began")
    await host.post(f"{places}{named['checkpoint_id']}/rename", name="Where it went wrong")
    _, gone = await host.post(f"{places}{named['checkpoint_id']}/delete")
    await host.post(undo, undo=gone["undo"])
    for each in (page, *hosts):
        for _ in range(4):
            assert await each.wait_for("changed") == {"type": "changed", "kind": "checkpoints", "ids": [whisper]}
    status, _ = await host.post(
        f"/talks/{room.talk.pk}/note/write", text="Let it rain.", depth=2, role="system", every=1
    )
    assert status == 200
    for each in hosts:
        assert await each.wait_for("changed") == {"type": "changed", "kind": "note", "ids": []}
    # What follows is told in order, so that nothing is still on its way.
    aloud = await page.turn("Aloud")
    await rooms.quiet(room.talk)
    status, _ = await browser.post(f"{lines}{aloud.ack['message_id']}/edit", content="Louder", in_place=True)
    assert status == 200
    for each in others:
        await each.wait_for("changed")
        assert [frame["kind"] for frame in each.frames if frame["type"] == "changed"] == ["edited"]
        assert whisper not in json.dumps(each.frames)


async def test_another_take_of_a_whisper_leaves_nobody_on_a_branch_that_is_left(rooms, second_server):
    room = await rooms.room("Mira", replies_limit=0)
    bob = await rooms.guest(room, "Bob")
    alice = await rooms.open(room.talk, room.host)
    pages = [await rooms.open(room.talk, bob), await rooms.open(room.talk, bob, server=second_server)]
    whispered = await alice.turn("Psst", audience=ids_of(room, "Mira"))
    await alice.turn("And aloud.")
    await rooms.quiet(room.talk)
    await alice.rest_of_turn(await alice.ask_again("regenerate", whispered.message_id))
    for page in pages:
        assert await page.wait_for("changed") == {"type": "changed", "kind": "head", "ids": []}
    # The same again moves nothing of what he sees.
    await alice.rest_of_turn(await alice.ask_again("regenerate", whispered.message_id))
    for page in pages:
        await page.quiet()
        assert len([frame for frame in page.frames if frame["type"] == "changed"]) == 1


async def test_a_whisper_is_for_several_also_over_http(rooms):
    room = await rooms.room("Mira", "Tom", replies_limit=0)
    bob, carol = await rooms.guest(room, "Bob"), await rooms.guest(room, "Carol")
    pages = [await rooms.open(room.talk, player) for player in (room.host, bob)]
    outside = await rooms.open(room.talk, carol)
    async with program(rooms, bob) as asking:
        body = {"content": "Tom, Mira: now.", "audience": ids_of(room, "Tom", "Mira", people=[room.host])}
        status, told = await asking.ask("POST", f"{API}{room.talk.pk}/messages/?wait=20", body)
        assert (status, told["status"]) == (200, "complete")
        # Among people nobody answers: it is stored, and no reply is on its way.
        body = {"content": "And you?", "audience": ids_of(room, people=[room.host, carol])}
        status, told = await asking.ask("POST", f"{API}{room.talk.pk}/messages/?wait=20", body)
        assert (status, told["turn_id"], told["reply_id"], told["status"]) == (202, None, None, None)
        _, branch = await asking.ask("GET", f"{API}{room.talk.pk}/messages/")
        assert [line["whispered_to"] for line in branch["results"][-3:]] == [
            ["Mira", "Tom", "Alice"], ["Mira", "Alice", "Bob"], ["Alice", "Carol"],
        ]  # fmt: skip
        body["audience"] = [str(uuid7()) for _ in range(101)]
        status, refused = await asking.ask("POST", f"{API}{room.talk.pk}/messages/", body)
        assert (status, refused["field"]) == (400, "audience")
    for page in pages:
        first = await page.wait_for("message")
        assert first["message"]["whispered_to"] == ["Mira", "Tom", "Alice"]
    assert (await outside.wait_for("message"))["message"]["whispered_to"] == ["Alice", "Carol"]
    assert "Tom, Mira: now." not in json.dumps(outside.frames)


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
