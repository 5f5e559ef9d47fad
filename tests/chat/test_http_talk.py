"""A talk over HTTP: lines in, replies by waiting or by listening; the same services as behind the socket."""

import asyncio

import pytest

from accounts.ids import uuid7
from tests.chat.checks import assert_settled
from tests.chat.client import spoken
from tests.chat.programs import API, page_of, program
from tests.chat.stage import script


async def test_a_line_is_taken_and_its_reply_waited_for(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        told = await asking.say(talk, "Good evening", wait=20)
        assert (told["status"], told["content"]) == ("complete", script(30))
        assert told["usage"]["completion"] > 0
        assert told["error"] is None
        stored = await stage.message(talk, told["reply_id"])
        assert (stored.text, stored.parent_id) == (script(30), told["message_id"])
    await assert_settled(stage)


async def test_without_waiting_the_answer_names_the_reply_before_it_is_said(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-200-tps40")
    page = await stage.open(talk, alice)
    async with program(stage, alice) as asking:
        told = await asking.say(talk, "Good evening")
        assert (told["status"], told["content"], told["usage"]) == ("running", "", None)
        status = await page.wait_for("ai_status")
        assert (status["message_id"], status["turn_id"]) == (told["reply_id"], told["turn_id"])
        assert (await page.wait_for("ai_chunk"))["message_id"] == told["reply_id"]

        status, busy = await asking.ask("POST", f"{API}{talk.pk}/messages/", {"content": "Once more"})
        assert (status, busy["code"]) == (409, "busy")
        assert (await asking.ask("POST", f"{API}{talk.pk}/stop/", {"turn_id": str(uuid7())}))[0] == 409
        assert (await asking.ask("POST", f"{API}{talk.pk}/stop/", {}))[0] == 204
        assert (await page.wait_for("ai_end"))["status"] == "stopped"
        assert [frame["message"]["content"] for frame in page.frames if frame["type"] == "message"] == ["Good evening"]


async def test_waiting_has_an_end_and_the_reply_has_not(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-90-tps40")
    async with program(stage, alice) as asking:
        client_id = str(uuid7())
        told = await asking.say(talk, "Tell me", wait=1, client_id=client_id)
        assert told["status"] == "running"
        assert script(90).startswith(told["content"])
        assert told["content"]
        again = await asking.say(talk, "Tell me", wait=20, client_id=client_id)
        assert (again["status"], again["content"]) == ("complete", script(90))
        assert [again[name] for name in ("message_id", "turn_id", "reply_id")] == [
            told[name] for name in ("message_id", "turn_id", "reply_id")
        ]
    assert len(await stage.messages(talk)) == 3


async def test_an_idempotency_key_names_a_line(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    where = f"{API}{talk.pk}/messages/?wait=20"
    async with program(stage, alice) as asking:
        named = {"idempotency_key": "the-first"}
        answers = await asyncio.gather(
            *(asking.answer("POST", where, {"content": "Only once"}, **named) for _ in range(4))
        )
        assert {status for status, _, _ in answers} == {200}
        assert len({told["turn_id"] for _, told, _ in answers}) == 1
        assert sorted("Idempotency-Replayed" in headers for _, _, headers in answers) == [False, True, True, True]
        status, told = await asking.ask("POST", where, {"content": "Something else"}, **named)
        assert (status, told["code"]) == (422, "idempotency_key_reused")
    assert [each.text for each in await stage.messages(talk)][1:] == ["Only once", script(30)]


async def test_what_was_refused_may_be_put_right_under_the_same_key(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    where = f"{API}{talk.pk}/messages/?wait=20"
    async with program(stage, alice) as asking:
        status, told = await asking.ask(
            "POST", where, {"content": "x", "parent_id": str(uuid7())}, idempotency_key="the-first"
        )
        assert (status, told["code"], told["field"]) == (400, "invalid", "parent_id")
        assert (await asking.ask("POST", where, {"content": "x"}, idempotency_key="the-first"))[0] == 200


async def test_another_take_and_a_continuation(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        first = await asking.say(talk, "Good evening", wait=20)
        at = f"{API}{talk.pk}/messages/{first['reply_id']}"
        status, take = await asking.ask("POST", f"{at}/regenerate/?wait=20", {"hint": "Colder"})
        assert (status, take["status"], take["message_id"]) == (200, "complete", None)
        _, branch = await asking.ask("GET", f"{API}{talk.pk}/messages/")
        assert branch["results"][-1]["siblings"] == [first["reply_id"], take["reply_id"]]
        status, more = await asking.ask("POST", f"{at}/continue?wait=20", {})
        assert status == 200
        assert more["content"].startswith(script(30))
        assert len(more["content"]) > len(script(30))
    await assert_settled(stage)


async def test_history_comes_in_batches_from_any_leaf(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        lines = [await asking.say(talk, f"Line {number}", wait=20) for number in range(3)]
        _, newest = await asking.ask("GET", f"{API}{talk.pk}/messages/?limit=3")
        assert [each["content"] for each in newest["results"]] == [script(30), "Line 2", script(30)]
        assert newest["leaf_id"] == lines[-1]["reply_id"]
        _, older = await asking.ask("GET", newest["next"].removeprefix(stage.server.base_url))
        assert [each["content"] for each in older["results"]][1:] == [script(30), "Line 1"]
        _, oldest = await asking.ask("GET", older["next"].removeprefix(stage.server.base_url))
        assert (len(oldest["results"]), oldest["next"]) == (1, None)
        _, from_leaf = await asking.ask("GET", f"{API}{talk.pk}/messages/?leaf={lines[0]['message_id']}")
        assert from_leaf["results"][-1]["id"] == lines[0]["message_id"]
        assert len(from_leaf["results"]) == 2
        assert (await asking.ask("GET", f"{API}{talk.pk}/messages/?leaf={uuid7()}"))[0] == 404


async def test_a_draft_is_stored_nowhere(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        status, told = await asking.ask("POST", f"{API}{talk.pk}/draft/", {"hint": "Ask for soup"})
        assert (status, told["content"]) == (200, script(30).strip())
    assert len(await stage.messages(talk)) == 1


async def test_a_model_that_fails_is_told_of(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "500")
    async with program(stage, alice) as asking:
        told = await asking.say(talk, "Are you there?", wait=20)
        assert (told["status"], told["content"], told["error"]["code"]) == ("failed", "", "model_unreachable")
        status, told = await asking.ask("POST", f"{API}{talk.pk}/draft/", {})
        assert (status, told["code"]) == (502, "model_unreachable")


async def test_a_guest_s_page_may_speak_and_listen(stage):
    guest = await stage.player(guest=True)
    talk = await stage.talk(guest)
    async with page_of(stage, guest) as asking, asking.listen(talk) as stream:
        told = await asking.say(talk, "Hello")
        end = await stream.until("ai_end")
        assert end.data["message_id"] == told["reply_id"]
        assert spoken(stream.heard("ai_chunk")) == end.data["full_content"] == script(30)


@pytest.mark.parametrize("scope", ["chat:read", "lore:write"])
async def test_reading_is_not_speaking(stage, scope):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice, scope) as asking:
        status, told = await asking.ask("POST", f"{API}{talk.pk}/messages/", {"content": "Hello"})
        assert (status, told["code"], told["scope"]) == (403, "scope_missing", "chat:write")
        assert (await asking.ask("GET", f"{API}{talk.pk}/messages/"))[0] == (200 if scope == "chat:read" else 403)
