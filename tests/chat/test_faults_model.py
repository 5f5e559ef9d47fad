"""Every way in which a model can misbehave: what the player is told, what is kept, and how it goes on."""

import pytest

from accounts.ids import uuid7
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import spoken
from tests.chat.stage import in_database

# model, how the turn ends, what the player is told, whether there is text
MISBEHAVIOUR = [
    ("stall-after-5", "interrupted", "model_too_slow", True),
    ("comments-forever-after-3", "interrupted", "model_too_slow", True),
    ("no-first-token", "failed", "model_too_slow", False),
    ("comments-forever", "failed", "model_too_slow", False),
    ("empty-deltas-forever", "failed", "model_too_slow", False),
    ("eof-no-finish", "interrupted", "model_failed", True),
    ("eof-no-finish-after-0", "failed", "model_failed", False),
    ("done-no-finish", "interrupted", "model_failed", True),
    ("cut", "interrupted", "model_failed", True),
    ("cut-after-0", "failed", "model_unreachable", False),
    ("badjson", "interrupted", "model_failed", True),
    ("error-event", "interrupted", "model_failed", True),
    ("huge-chunk", "interrupted", "model_failed", True),
    ("429", "failed", "model_busy", False),
    ("429-retry-600-times-9", "failed", "model_busy", False),
    ("500", "failed", "model_unreachable", False),
    ("503", "failed", "model_unreachable", False),
    ("401", "failed", "model_refused", False),
    ("400", "failed", "model_refused", False),
    ("missing-model", "failed", "model_refused", False),
    ("declined-after-5", "interrupted", "model_declined", True),
    ("declined-after-0", "failed", "model_declined", False),
    ("html", "failed", "model_failed", False),
    ("redirect", "failed", "model_refused", False),
]
WELL = [
    "429-retry-1", "500-times-1", "crlf", "tight", "drip-n5", "no-usage", "reason-then-speak", "finish-no-done",
]  # fmt: skip


@pytest.mark.parametrize(("model", "status", "code", "text"), MISBEHAVIOUR, ids=[each[0] for each in MISBEHAVIOUR])
async def test_what_was_said_is_kept_and_the_talk_goes_on(stage, server, log_from_here, model, status, code, text):
    page = await stage.play(model)
    talk = stage.talks[-1]
    turn = await page.turn("Tell me something", within=40)

    assert turn.end["status"] == status
    assert [error["code"] for error in turn.errors] == [code]
    assert bool(turn.text) == text
    assert spoken(turn.chunks) == turn.text
    [row] = await stage.turns(talk)
    assert (row.status, bool(row.error)) == (status, True)
    stored = await stage.message(talk, turn.message_id)
    assert (stored.text, stored.status) == (turn.text, status) if text else stored is None
    assert (await stage.message(talk, turn.ack["message_id"])).text == "Tell me something"
    assert await stage.head(talk) == (turn.message_id if text else turn.ack["message_id"])

    assert (await page.resume(turn.message_id, 0)).text == turn.text

    # And on it goes, as if nothing had been.
    await stage.other_model(talk, "script-5")
    if text:
        longer = await page.again("continue", turn.message_id)
        assert longer.text.startswith(turn.text)
        assert longer.end["status"] == "complete"
    take = await page.again("regenerate", turn.message_id if text else turn.ack["message_id"])
    assert take.end["status"] == "complete"
    assert take.text.startswith("[1] ")
    assert (await page.turn("Go on")).end["status"] == "complete"
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


@pytest.mark.parametrize("model", WELL)
async def test_what_is_merely_odd_is_a_whole_reply(stage, server, log_from_here, model):
    page = await stage.play(model)
    turn = await page.turn("Tell me something", within=40)
    assert turn.end["status"] == "complete"
    assert not turn.errors
    assert spoken(turn.chunks) == turn.text != ""
    assert (await stage.message(stage.talks[-1], turn.message_id)).text == turn.text
    assert turn.end["usage"]["completion"] > 0
    assert turn.end["usage"].get("estimated", False) == (model == "no-usage")
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_a_model_that_never_ends_is_cut_at_the_limit(stage, server, start_server):
    short = await in_database(lambda: start_server(MAX_REPLY_BYTES=20_000))
    player = await stage.player()
    talk = await stage.talk(player, "endless")
    page = await stage.open(talk, player, server=short)
    turn = await page.turn("Tell me everything")
    assert turn.end["status"] == "interrupted"
    assert 10_000 < len(turn.text) <= 20_000
    assert (await stage.message(talk, turn.message_id)).text == turn.text
    await assert_settled(stage)


async def test_a_reply_has_a_longest_time(stage, start_server):
    hasty = await in_database(lambda: start_server(TOTAL_SECONDS=1))
    player = await stage.player()
    for model, text in (("ok-20tps-n400", True), ("reason-forever", False)):
        talk = await stage.talk(player, model)
        page = await stage.open(talk, player, server=hasty)
        turn = await page.turn("Tell me everything")
        assert turn.end["status"] == ("interrupted" if text else "failed")
        assert [error["code"] for error in turn.errors] == ["model_too_slow"]
    await assert_settled(stage)


async def test_what_a_filtering_model_said_before_is_kept(stage):
    page = await stage.play("filtered")
    turn = await page.turn("Tell me something")
    assert turn.text
    assert (await stage.message(stage.talks[-1], turn.message_id)).text == turn.text


async def test_a_draft_that_fails_says_so(stage):
    page = await stage.play("500")
    client_id = "01890a5d-ac96-774b-bcce-b302099a8057"
    await page.send("impersonate", client_id=client_id)
    error = await page.wait_for("error")
    assert (error["code"], error["client_id"]) == ("model_unreachable", client_id)


async def test_busy_models_say_when_to_come_again(stage):
    page = await stage.play("429-retry-600-times-9")
    turn = await page.turn("Hello")
    [error] = turn.errors
    assert error["retry_after"] == 600


async def test_at_most_two_tries_before_the_first_word_and_none_after(stage, standin):
    for model, most in (("503", 3), ("cut", 1), ("eof-no-finish", 1)):
        mark = f"mark-{uuid7().hex}"
        page = await stage.play(model)
        await page.turn(mark)
        assert len(standin.requests(contains=mark)) == most, model
