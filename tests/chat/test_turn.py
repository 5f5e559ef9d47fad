"""One turn: said, acknowledged, streamed, stored. All through a socket of a real server."""

from itertools import pairwise

from chat.models import Conversation, Message, Turn
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import spoken
from tests.chat.stage import in_database


async def test_a_line_is_answered_piece_by_piece(stage, server, log_from_here):
    page = await stage.play("script-40")
    talk = stage.talks[-1]
    assert page.ready["protocol"] == 1
    assert page.ready["conversation_id"] == str(talk.pk)
    assert page.ready["head_id"] == await stage.head(talk)
    assert [person["role"] for person in page.ready["participants"]] == ["host"]
    assert page.ready["heartbeat"] == 30
    assert "turn" not in page.ready

    turn = await page.turn("What is the soup today?")

    assert turn.statuses == ["searching_memory", "thinking", "speaking"]
    kinds = [frame["type"] for frame in turn.frames]
    assert kinds[0] == "ack"
    assert kinds[-1] == "ai_end"
    assert kinds.index("ai_chunk") > kinds.index("ai_status")
    assert spoken(turn.chunks) == turn.text
    assert turn.text.startswith("[1] [2] ")
    assert "剧🎭" in turn.text
    assert turn.end["seq"] == turn.chunks[-1]["seq"]
    assert turn.end["status"] == "complete"
    assert turn.end["usage"]["completion"] == 40
    assert not turn.errors

    greeting, line, reply = await stage.messages(talk)
    assert (line.id, line.role, line.text) == (turn.ack["message_id"], "player", "What is the soup today?")
    assert (reply.id, reply.role, reply.text) == (turn.message_id, "character", turn.text)
    assert (line.parent_id, reply.parent_id) == (greeting.id, line.id)
    assert await stage.head(talk) == reply.id
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_the_line_and_its_turn_are_committed_before_the_ack(stage):
    page = await stage.play("script-400-tps60")
    ack = await page.say("Is anybody there?")

    def stored() -> tuple[bool, bool]:
        return (
            Message.objects.filter(pk=ack["message_id"]).exists(),
            Turn.objects.filter(pk=ack["turn_id"], status="running").exists(),
        )

    assert await in_database(stored) == (True, True)
    await page.send("stop")
    await page.rest_of_turn(ack)


async def test_a_guest_talks_at_once(stage):
    guest = await stage.player(guest=True)
    page = await stage.open(await stage.talk(guest), guest)
    turn = await page.turn("Good evening")
    assert turn.end["status"] == "complete"


async def test_lines_follow_each_other_on_one_branch(stage):
    page = await stage.play("script-5")
    said = [await page.turn(f"Line {number}") for number in range(4)]
    messages = await stage.messages(stage.talks[-1])
    assert [message.text for message in messages if message.role == "player"] == [f"Line {n}" for n in range(4)]
    for before, after in pairwise(messages):
        assert after.parent_id == before.id
    assert len({turn.message_id for turn in said}) == 4


async def test_another_take_stands_beside_the_first(stage):
    page = await stage.play("script-10")
    talk = stage.talks[-1]
    first = await page.turn("Tell me a story")
    second = await page.again("regenerate", first.message_id, hint="shorter")
    assert second.ack["message_id"] is None
    assert second.statuses[0] == "searching_memory"
    assert spoken(second.chunks) == second.text
    takes = [message for message in await stage.messages(talk) if message.parent_id == first.ack["message_id"]]
    assert [take.id for take in takes] == [first.message_id, second.message_id]
    assert await stage.head(talk) == second.message_id


async def test_a_players_line_can_be_answered_again(stage):
    page = await stage.play("script-10")
    first = await page.turn("Tell me a story")
    second = await page.again("regenerate", first.ack["message_id"])
    assert second.end["status"] == "complete"
    assert (await stage.message(stage.talks[-1], second.message_id)).parent_id == first.ack["message_id"]


async def test_carrying_on_begins_with_what_was_said(stage):
    page = await stage.play("script-8")
    first = await page.turn("Tell me a story")
    longer = await page.again("continue", first.message_id)
    assert longer.text.startswith(first.text)
    assert len(longer.text) > len(first.text)
    assert spoken(longer.chunks) == longer.text
    stored = await stage.message(stage.talks[-1], longer.message_id)
    assert stored.text == longer.text
    assert (await stage.message(stage.talks[-1], first.message_id)).text == first.text


async def test_a_draft_is_told_only_to_who_asked_and_not_stored(stage):
    player = await stage.player()
    talk = await stage.talk(player, "script-12")
    page, other = await stage.open(talk, player), await stage.open(talk, player)
    before = await stage.messages(talk)
    client_id = "01890a5d-ac96-774b-bcce-b302099a8057"
    await page.send("impersonate", client_id=client_id, hint="polite")
    end = await page.wait_for("draft_end", client_id=client_id)
    pieces = [frame["content"] for frame in page.frames if frame["type"] == "draft_chunk"]
    assert "".join(pieces).strip() == end["content"]
    assert end["content"].startswith("[1] [2]")
    assert await other.quiet() == []
    assert await stage.messages(talk) == before
    assert await stage.turns(talk) == []


async def test_a_reply_without_a_word_leaves_the_line_as_head(stage):
    page = await stage.play("empty")
    talk = stage.talks[-1]
    turn = await page.turn("Hello?")
    assert turn.text == ""
    assert turn.end["seq"] == 0
    assert await stage.head(talk) == turn.ack["message_id"]
    await stage.other_model(talk, "script-5")
    assert (await page.again("regenerate", turn.ack["message_id"])).end["status"] == "complete"


async def test_the_turn_goes_on_without_anybody_watching(stage, server):
    page = await stage.play("script-60-tps60")
    talk = stage.talks[-1]
    ack = await page.say("Take your time")
    await page.wait_for("ai_chunk")
    page.cut()
    await assert_settled(stage)
    [turn] = await stage.turns(talk)
    assert (str(turn.pk), turn.status) == (ack["turn_id"], "complete")
    reply = await stage.message(talk, turn.reply_id)
    assert "[60]" in reply.text


async def test_a_talk_in_the_trash_takes_no_lines(stage):
    page = await stage.play()
    talk = stage.talks[-1]

    def trash() -> None:
        Conversation.objects.filter(pk=talk.pk).update(deleted_at=talk.created_at)

    await in_database(trash)
    await page.send("chat", content="Hello", client_id="01890a5d-ac96-774b-bcce-b302099a8057")
    assert (await page.wait_for("error"))["code"] == "not_found"


async def test_timings_and_usage_are_kept_with_the_turn_and_no_text(stage):
    page = await stage.play("script-12")
    said = await page.turn("What does a room cost? Platypus.")
    [turn] = await stage.turns(stage.talks[-1])
    assert turn.started_at <= turn.first_token_at <= turn.ended_at
    assert turn.usage["completion"] == 12
    assert turn.usage["prompt"] > 0
    assert turn.manifest["messages"] == 2
    assert turn.model == "script-12"
    assert "Platypus" not in str(turn.manifest)
    assert str(turn.pk) == said.end["turn_id"]
