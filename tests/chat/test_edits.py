"""Editing, deleting, taking back, choosing another take: over HTTP, told to every tab."""

import json

import pytest

from accounts.ids import uuid7
from chat import protocol
from tests.chat.checks import assert_settled


async def played(stage, *, lines=2, model="script-4"):
    """A player with some lines said: (page, browser, talk, turns)."""
    player = await stage.player()
    talk = await stage.talk(player, model)
    page = await stage.open(talk, player)
    turns = [await page.turn(f"Line {number}") for number in range(lines)]
    return page, stage.browser(player), talk, turns


def at(talk, what, message_id=None):
    return f"/talks/{talk.pk}/messages/{message_id}/{what}" if message_id else f"/talks/{talk.pk}/{what}"


async def test_an_edited_line_stands_beside_the_old_one_and_is_answered(stage):
    page, browser, talk, [first, second] = await played(stage)
    start = len(page.frames)
    status, told = await browser.post(
        at(talk, "edit", first.ack["message_id"]), content="Line 0, better", client_id=str(uuid7())
    )
    assert status == 200
    turn = await page.rest_of_turn(told, start)
    assert turn.end["status"] == "complete"
    assert any(frame["type"] == "changed" for frame in turn.frames), "the other tab looks again"
    messages = {message.id: message for message in await stage.messages(talk)}
    old, new = messages[first.ack["message_id"]], messages[told["message_id"]]
    assert (old.text, new.text) == ("Line 0", "Line 0, better")
    assert old.parent_id == new.parent_id
    assert messages[turn.message_id].parent_id == new.id
    assert await stage.head(talk) == turn.message_id
    assert second.message_id in messages
    await assert_settled(stage)


async def test_an_edit_sent_twice_is_one(stage):
    page, browser, talk, [first] = await played(stage, lines=1)
    client_id = str(uuid7())
    answers = [
        await browser.post(at(talk, "edit", first.ack["message_id"]), content="Better", client_id=client_id)
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    await page.rest_of_turn()
    assert len(await stage.messages(talk)) == 5


async def test_a_reply_in_other_words_is_a_sibling_and_can_be_undone(stage):
    page, browser, talk, [first] = await played(stage, lines=1)
    status, told = await browser.post(at(talk, "edit", first.message_id), content="*She says nothing.*")
    assert (status, told["turn_id"]) == (200, None)
    changed = await page.wait_for("changed")
    assert (changed["kind"], changed["ids"]) == ("edited", [told["message_id"]])
    assert await stage.head(talk) == told["message_id"]
    assert (await stage.message(talk, first.message_id)).text == first.text
    status, back = await browser.post(at(talk, "undo"), undo=told["undo"])
    assert (status, back["head_id"]) == (200, first.message_id)
    assert (await stage.message(talk, told["message_id"])).deleted


async def test_a_deleted_message_leaves_the_branch_and_comes_back(stage):
    page, browser, talk, [first, second] = await played(stage)
    status, told = await browser.post(at(talk, "delete", second.ack["message_id"]))
    assert status == 200
    changed = await page.wait_for("changed")
    assert (changed["kind"], changed["ids"]) == ("deleted", [second.ack["message_id"]])
    assert await stage.head(talk) == first.message_id
    _, branch = await browser.get(at(talk, "branch/"))
    assert "Line 0" in branch
    assert "Line 1" not in branch

    status, back = await browser.post(at(talk, "undo"), undo=told["undo"])
    assert (status, back["head_id"]) == (200, second.message_id)
    changed = await page.wait_for("changed")
    assert (changed["kind"], changed["ids"]) == ("restored", [second.ack["message_id"]])
    _, branch = await browser.get(at(talk, "branch/"))
    assert "Line 1" in branch


async def test_deleting_one_take_shows_the_other(stage):
    page, browser, talk, [first] = await played(stage, lines=1)
    second = await page.again("regenerate", first.message_id)
    await browser.post(at(talk, "delete", second.message_id))
    assert await stage.head(talk) == first.message_id


async def test_what_was_deleted_is_not_sent_to_the_model(stage, standin):
    page, browser, talk, [_, second] = await played(stage)
    await browser.post(at(talk, "delete", second.ack["message_id"]))
    mark = f"mark-{uuid7().hex}"
    await page.turn(mark)
    [asked] = standin.requests(contains=mark)
    said = str(asked["body"]["messages"])
    assert "Line 0" in said
    assert "Line 1" not in said


async def test_choosing_another_take_goes_on_where_that_branch_was_left(stage):
    page, browser, talk, [first, second] = await played(stage)
    other = await page.again("regenerate", first.message_id)
    assert await stage.head(talk) == other.message_id
    status, told = await browser.post(at(talk, "select", first.message_id))
    assert (status, told["head_id"]) == (200, second.message_id)
    changed = await page.wait_for("changed")
    assert (changed["kind"], changed["ids"]) == ("head", [second.message_id])


async def test_tabs_on_another_server_are_told_too(stage, server, second_server):
    player = await stage.player()
    talk = await stage.talk(player, "script-4")
    page = await stage.open(talk, player)
    there = await stage.open(talk, player, server=second_server)
    turn = await page.turn("Line 0")
    await there.rest_of_turn(turn.ack, 0)
    await stage.browser(player).post(at(talk, "delete", turn.message_id))
    changed = await there.wait_for("changed")
    assert (changed["kind"], changed["ids"]) == ("deleted", [turn.message_id])
    await stage.browser(player).post(at(talk, "rename"), title="The soup")
    assert (await there.wait_for("changed"))["kind"] == "title"


async def test_nothing_is_changed_while_a_reply_runs(stage):
    page, browser, talk, [first] = await played(stage, lines=1, model="script-4")
    await stage.other_model(talk, "script-60-tps60")
    ack = await page.say("Slowly now")
    for path, fields in (
        (at(talk, "delete", first.message_id), {}),
        (at(talk, "select", first.message_id), {}),
        (at(talk, "edit", first.message_id), {"content": "Other words"}),
        (at(talk, "edit", first.ack["message_id"]), {"content": "Other words"}),
    ):
        status, told = await browser.post(path, **fields)
        assert (status, told["error"]["code"]) == (409, "busy"), path
    assert (await page.rest_of_turn(ack)).end["status"] == "complete"


async def test_an_undo_is_good_for_its_talk_and_its_owner_alone(stage):
    _, browser, talk, [first] = await played(stage, lines=1)
    _, told = await browser.post(at(talk, "delete", first.message_id))
    _, others, other_talk, _ = await played(stage, lines=1)
    assert (await others.post(at(other_talk, "undo"), undo=told["undo"]))[0] == 404
    assert (await others.post(at(talk, "undo"), undo=told["undo"]))[0] == 404
    assert (await browser.post(at(talk, "undo"), undo=told["undo"] + "x"))[0] == 400
    assert (await browser.post(at(talk, "undo"), undo=""))[0] == 400


async def test_edits_are_held_to_the_same_rules_as_lines(stage):
    _, browser, talk, [first] = await played(stage, lines=1)
    path = at(talk, "edit", first.message_id)
    for content, code in (("x" * 32_001, "too_long"), ("  ", "empty"), ("a\x00b", "bad_characters")):
        status, told = await browser.post(path, content=content)
        assert (status, told["error"]["code"]) == (400, code)
        with pytest.raises(protocol.FrameError) as refused:
            protocol.decode(json.dumps({"type": "chat", "content": content, "client_id": str(uuid7())}))
        same = refused.value.frame
        assert (same.code, same.message, same.limit) == (code, told["error"]["message"], told["error"].get("limit"))
    assert (await browser.post(path, content=5))[1]["error"]["code"] == "invalid"
    status, told = await browser.post(at(talk, "edit", first.ack["message_id"]), content="x", client_id="mine")
    assert (status, told["error"]["field"]) == (400, "client_id")


async def test_what_is_hidden_from_the_model_is_not_sent_to_it_and_makes_room_for_older_lines(stage, standin):
    page, browser, talk, turns = await played(stage, lines=3)
    lines = [turn.ack["message_id"] for turn in turns[:2]] + [turns[0].message_id]
    status, _ = await browser.post(at(talk, "messages/mute"), messages=lines, muted=True)
    assert status == 200
    changed = await page.wait_for("changed")
    assert (changed["kind"], sorted(changed["ids"])) == ("muted", sorted(lines))
    mark = f"mark-{uuid7().hex}"
    await page.turn(mark)
    [asked] = standin.requests(contains=mark)
    said = str(asked["body"]["messages"])
    assert "Line 2" in said
    assert "Line 0" not in said
    assert "Line 1" not in said


async def test_a_line_that_went_alone_is_not_sent_and_what_follows_it_is(stage, standin):
    page, browser, talk, [first, second] = await played(stage)
    status, told = await browser.post(at(talk, "messages/delete"), messages=[first.ack["message_id"]])
    assert status == 200
    assert (await page.wait_for("changed"))["kind"] == "deleted"
    again = await page.again("regenerate", first.message_id)
    opening = (await stage.messages(talk))[0]
    stored = await stage.message(talk, again.message_id)
    assert stored.parent_id == opening.id, "it answers what stands before it now"
    await browser.post(at(talk, "select", second.message_id))
    mark = f"mark-{uuid7().hex}"
    await page.turn(mark)
    [asked] = standin.requests(contains=mark)
    said = str(asked["body"]["messages"])
    assert "Line 1" in said
    assert "Line 0" not in said
    _, branch = await browser.get(at(talk, "branch/"))
    assert "Line 0" not in branch
    assert told["undo"]


async def test_nothing_is_said_below_what_was_deleted(stage):
    page, browser, talk, [first, second] = await played(stage)
    await browser.post(at(talk, "delete", first.ack["message_id"]))
    for kind, line in (("regenerate", second.message_id), ("continue", second.message_id)):
        await page.send(kind, message_id=line, client_id=uuid7())
        assert (await page.wait_for("error", "ack"))["code"] == "not_found"
    await page.send("chat", content="Still here?", parent_id=second.message_id, client_id=uuid7())
    assert (await page.wait_for("error", "ack"))["code"] == "invalid"
    status, _ = await browser.post(at(talk, "edit", second.ack["message_id"]), content="x", client_id=str(uuid7()))
    assert status == 404
