"""Polling, the last way: each answer tells what is new since the one before, and none waits for longer than it may."""

import asyncio
import time

import pytest

from accounts.ids import uuid7
from tests.chat.client import spoken
from tests.chat.programs import API, program
from tests.chat.stage import script


class Polls:
    """One poll after the other, as the page does it."""

    def __init__(self, asking, talk) -> None:
        self.asking, self.where, self.since, self.count = asking, f"{API}{talk.pk}/poll/", "", 0
        self.frames: list[dict] = []

    async def next(self, wait: int = 20) -> list[dict]:
        since = f"&since={self.since}" if self.since else ""
        status, told = await self.asking.ask("GET", f"{self.where}?wait={wait}{since}")
        assert status == 200, told
        self.since, self.count = told["next"], self.count + 1
        self.frames += told["frames"]
        return told["frames"]

    async def until(self, kind: str) -> dict:
        while True:
            for frame in await self.next():
                if frame["type"] == kind:
                    return frame


async def test_a_reply_comes_in_parts_without_gap_or_overlap(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-200-tps60")
    async with program(stage, alice) as asking:
        polls = Polls(asking, talk)
        [ready] = await polls.next(wait=0)
        assert ready["type"] == "ready"
        told = await asking.say(talk, "Tell me")
        end = await polls.until("ai_end")
        assert (end["message_id"], end["full_content"]) == (told["reply_id"], script(200))
        chunks = [frame for frame in polls.frames if frame["type"] == "ai_chunk"]
        assert script(200).startswith(spoken(chunks))
        assert len(chunks) > 1
        assert polls.count < 10, "not one poll a word"


async def test_nothing_new_is_said_when_the_time_is_up(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        polls = Polls(asking, talk)
        await polls.next(wait=0)
        begun = time.monotonic()
        assert await polls.next(wait=1) == []
        assert 0.9 < time.monotonic() - begun < 5


async def test_news_end_the_wait(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    page = await stage.open(talk, alice)
    async with program(stage, alice) as asking:
        polls = Polls(asking, talk)
        await polls.next(wait=0)
        waiting = asyncio.create_task(polls.next(wait=20))
        turn = await page.turn("Said in another window")
        begun = time.monotonic()
        assert await waiting
        assert time.monotonic() - begun < 5
        if "ai_end" not in {frame["type"] for frame in polls.frames}:
            await polls.until("ai_end")
        [end] = [frame for frame in polls.frames if frame["type"] == "ai_end"]
        assert end["full_content"] == turn.text


async def test_what_happened_between_two_polls_is_told(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-120-tps40")
    async with program(stage, alice) as asking:
        polls = Polls(asking, talk)
        await polls.next(wait=0)
        told = await asking.say(talk, "Tell me")
        heard = await polls.next()
        assert {frame["type"] for frame in heard} & {"ai_status", "ai_chunk"}
        await asking.say(talk, "Tell me", client_id=told["client_id"], wait=20)
        [end] = [frame for frame in await polls.next() if frame["type"] == "ai_end"]
        assert (end["full_content"], end["status"]) == (script(120), "complete")
        # A whole turn nobody polled in: the branch ends elsewhere, and whoever asks is told so.
        other = await asking.say(talk, "And then?", wait=20)
        frames = await polls.next(wait=0)
        assert [frame["head_id"] for frame in frames if frame["type"] == "ready"] == [other["reply_id"]]
        assert await polls.next(wait=0) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("wait=31", "wait"),
        ("wait=-1", "wait"),
        ("wait=soon", "wait"),
        ("since=nonsense", "since"),
        ("since=a.b", "since"),
        (f"since=.{uuid7()}:x", "since"),
        ("until=1", "until"),
    ],
)
async def test_what_is_no_poll_of_ours_is_refused(stage, query, field):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        status, told = await asking.ask("GET", f"{API}{talk.pk}/poll/?{query}")
        assert (status, told["field"]) == (400, field)
