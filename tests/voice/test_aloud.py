"""Replies said aloud while they are written, on a real server; the stand-in hums them."""

import asyncio
import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
import psycopg
import pytest

from accounts.ids import uuid7
from accounts.models import Operation, UsageDay
from accounts.models.spending import ModelUse
from chat.live.outbox import Outbox
from chat.live.text import LiveTurn
from chat.services.aloud.telling import Opened, Telling
from inference.base import SPEECH_RATE
from inference.emotion.reading import warm
from inference.standin.behaviours import SCENE
from inference.standin.speech import seconds_of
from tests.chat.client import Frame, Page
from tests.chat.rooms.stage import RoomStage
from tests.chat.stage import Stage, eventually, in_database
from tests.stack import Server, StandIn
from tests.voice.bonds import come_nearer
from voice.models import Clip
from voice.services.account import Account
from voice.services.listeners import Listener
from voice.speaking.delivery import manner_of
from voice.speaking.script import passages_of

ONE, DONE, TWO, THREE = "“You counted them.”", "She points at the stairs.", "Seventeen, no more.", "Come in then."
NEVER = "cheese pizza trade"


def says(text: str, *, rate: int, anew: str = "") -> str:
    more = f"-anew-{anew.encode().hex()}" if anew else ""
    return f"says-{text.encode().hex()}{more}-by-3-tps{rate}"


async def listening(stage: Stage, model: str, **voice: Any) -> Page:
    page = await stage.play(model, presentation={"voice": "deep", "pace": "slow"})
    await page.send("voice", on=True, **voice)
    return page


async def heard(page: Page, message_id: str) -> list[Frame]:
    """All sound of a reply, to its end."""
    sound = [frame for frame in page.frames if frame["type"] in ("tts_chunk", "tts_end")]
    while not sound or sound[-1]["type"] != "tts_end" or sound[-1]["reason"] == "withdrawn":
        sound.append(await page.wait_for("tts_chunk", "tts_end", message_id=message_id))
    return sound


def passages(sound: list[Frame]) -> list[str]:
    return [frame["text"] for frame in sound if frame.get("text")]


def seconds(sound: list[Frame], part: int) -> float:
    pieces = [
        base64.b64decode(frame["audio"]) for frame in sound if frame["type"] == "tts_chunk" and frame["part"] == part
    ]
    return sum(map(len, pieces)) / 2 / SPEECH_RATE


async def test_sentences_are_said_in_order_while_the_reply_is_still_written(stage: Stage) -> None:
    page = await listening(stage, "scene-1-tps15")
    turn = await page.turn("How many?")
    sound = await heard(page, turn.message_id)
    assert passages(sound) == [ONE, DONE, TWO, THREE]
    assert [frame.get("direction", False) for frame in sound if frame.get("text")] == [False, True, False, False]
    chunks = [frame for frame in sound if frame["type"] == "tts_chunk"]
    assert [frame["seq"] for frame in chunks] == list(range(1, len(chunks) + 1))
    assert [frame["part"] for frame in chunks] == sorted(frame["part"] for frame in chunks)
    assert (sound[-1]["reason"], sound[-1]["part"]) == ("complete", 4)
    # The first sentence was heard before the last words were written.
    order = [frame["type"] for frame in page.frames]
    assert order.index("tts_chunk") < order.index("ai_end") - 3
    warm()
    for part, passage in enumerate(passages_of(SCENE), start=1):
        speed = manner_of(passage, pace=0.88).speed
        assert seconds(sound, part) == pytest.approx(seconds_of(passage.text) / speed, rel=0.02)

    async def kept() -> list[Clip]:
        return await in_database(lambda: list(Clip.objects.filter(message_id=turn.message_id)))

    [clip] = await eventually(kept)
    assert clip.seconds == pytest.approx(sum(seconds(sound, part) for part in range(1, 5)), rel=0.01)
    assert clip.owner_id == stage.players[-1].user.pk


async def test_directions_stay_unspoken_and_a_reply_is_hushed(stage: Stage) -> None:
    page = await listening(stage, "scene-1-tps60", directions=False)
    turn = await page.turn("How many?")
    sound = await heard(page, turn.message_id)
    assert passages(sound) == [ONE, TWO, THREE]
    await stage.other_model(stage.talks[-1], "scene-6-tps60")
    start = len(page.frames)
    ack = await page.say("Again.")
    first = await page.wait_for("tts_chunk")
    await page.send("hush", message_id=first["message_id"])
    end = await page.wait_for("tts_end")
    assert end["reason"] == "hushed"
    rest = await page.rest_of_turn(ack, start)
    assert rest.end["status"] == "complete"
    after = page.frames[page.frames.index(end) :]
    assert not [frame for frame in after if frame["type"] == "tts_chunk"]
    await page.send("voice", on=False)
    await page.turn("Once more.")
    assert not [frame for frame in page.frames[len(page.frames) - 5 :] if frame["type"] == "tts_chunk"]


async def test_a_reply_to_somebody_dear_is_said_as_to_somebody_dear(stage: Stage, standin: StandIn) -> None:
    sentence = f"Door {uuid7().hex[-6:]} is lit."
    page = await listening(stage, says(sentence, rate=40))
    talk, owner = stage.talks[-1], stage.players[-1].user
    assert talk.head_id is not None
    await in_database(partial(come_nearer, owner, talk, talk.head_id, 90))
    turn = await page.turn("Is it lit?")
    await heard(page, turn.message_id)
    [asked] = [each["body"] for each in standin.requests() if each.get("body", {}).get("input") == sentence]
    assert asked["instructions"].endswith("Close by and low, as to the one they trust most.")


async def test_who_listen_together_are_told_by_one_request_and_each_takes_letters(
    rooms: RoomStage, standin: StandIn
) -> None:
    sentences = [f"Door {uuid7().hex[-6:]} is lit.", "Nobody sits by it.", "Nobody sits by it."]
    room = await rooms.room("Mira", model=says(" ".join(sentences), rate=40), replies_limit=1)
    bob = await rooms.guest(room, "Bob")
    host, guest = await rooms.open(room.talk, room.host), await rooms.open(room.talk, bob)
    for page in (host, guest):
        await page.send("voice", on=True)
    await host.say("Is it lit?")
    for page in (host, guest):
        message = (await page.wait_for("tts_chunk"))["message_id"]
        sound = await heard(page, message)
        assert passages(sound) == sentences
        assert sound[-1]["reason"] == "complete"
    asked = [each["body"]["input"] for each in standin.requests() if each["path"] == "/v1/audio/speech"]
    assert asked.count(sentences[0]) == 1
    people = [room.host.user.pk, bob.user.pk]

    async def given_back() -> bool:
        days = UsageDay.objects.filter(user__in=people)
        letters = await in_database(lambda: list(days.values_list("spoken", flat=True)))
        return letters == [sum(map(len, sentences))] * 2

    await eventually(given_back)
    used = ModelUse.objects.filter(user_id__in=people, operation=Operation.SPEECH)
    # The third sentence is the second once more.
    assert sum(await in_database(lambda: list(used.values_list("calls", flat=True)))) == 2


async def test_where_the_voice_breaks_off_that_is_told_and_nothing_is_kept(
    stage: Stage, start_server: Callable[..., Server]
) -> None:
    server = start_server(SPEECH_MODEL="tone-cut")
    player = await stage.player()
    talk = await stage.talk(player, "scene-1-tps60")
    page = await stage.open(talk, player, server=server)
    await page.send("voice", on=True)
    turn = await page.turn("How many?")
    sound = await heard(page, turn.message_id)
    assert (sound[-1]["reason"], sound[-1]["part"]) == ("failed", 1), "the browser says the rest"
    assert turn.end["status"] == "complete"
    # Once more: an answer that breaks off, too, and is not taken for a whole one.
    browser, url = stage.browser(player, server), f"/talks/{talk.pk}/messages/{turn.message_id}/voice"
    async with browser.session.get(url) as answer:
        assert answer.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    async with browser.session.get(f"{url}?download=yes") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (502, "not_said")
    assert not await in_database(lambda: Clip.objects.filter(owner=player.user.pk).exists())


def listened_to() -> tuple[Telling, list[str]]:
    """A reply that is about to be said to a socket, and what that socket is told."""
    turn = LiveTurn(
        turn_id=uuid7(), message_id=uuid7(), conversation_id=uuid7(), parent_id=uuid7(), character_id=None, kind="chat"
    )
    told: list[str] = []

    async def send(frame: str) -> None:
        told.append(frame)

    def write(frame: str) -> bool:
        told.append(frame)
        return True

    outbox = Outbox(send, lambda: None, write)
    telling = Telling(turn, outbox, Account(Listener(uuid7(), "", None)), directions=True)
    turn.watchers.add(telling)
    return telling, told


async def never_kept(text: str, sound: bytes) -> None:
    raise AssertionError("there is nothing to keep")


def assert_its_end_was_told(telling: Telling, told: list[str]) -> None:
    [frame] = map(json.loads, told)
    assert (frame["type"], frame["reason"]) == ("tts_end", "failed")
    assert telling not in telling.turn.watchers


async def test_where_the_database_is_lost_as_it_begins_its_end_is_told() -> None:
    telling, told = listened_to()

    async def opened() -> Opened:
        async with await psycopg.AsyncConnection.connect("host=127.0.0.1 port=1 connect_timeout=2"):
            raise AssertionError("nobody listens there")

    await telling.run(opened, never_kept)
    assert_its_end_was_told(telling, told)


async def test_where_something_fails_that_nobody_foresaw_its_end_is_told_and_the_failure_is_not_hidden() -> None:
    telling, told = listened_to()

    async def opened() -> Opened:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        await telling.run(opened, never_kept)
    assert_its_end_was_told(telling, told)


async def test_where_its_process_ends_its_end_is_told() -> None:
    telling, told = listened_to()
    begun = asyncio.Event()

    async def opened() -> Opened:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("it was cancelled")

    running = asyncio.create_task(telling.run(opened, never_kept))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert_its_end_was_told(telling, told)


async def test_no_more_is_said_ahead_than_will_soon_be_heard(stage: Stage) -> None:
    page = await listening(stage, "scene-6-tps0")
    await page.say("How many?")
    await page.wait_for("ai_end")
    while (sound := sum(seconds(page.frames, part) for part in range(1, 25))) < 4:
        await page.wait_for("tts_chunk")
    await page.send("hush")
    await page.wait_for("tts_end")
    assert sound < 10  # of fifty that are written


async def test_who_comes_back_hears_on_where_they_left(stage: Stage) -> None:
    page = await listening(stage, "scene-1-tps12")
    await page.say("How many?")
    first = await page.wait_for("tts_chunk")
    await page.close()
    again = await stage.open(stage.talks[-1], stage.players[-1])
    await again.send("voice", on=True, message_id=first["message_id"], after=first["part"])
    await again.send("resume", message_id=first["message_id"], last_seq=0)
    sound = await heard(again, first["message_id"])
    assert passages(sound) == [DONE, TWO, THREE]


@pytest.mark.parametrize("anew", ["", "That stays between us."])
async def test_what_is_taken_back_is_not_said_again_and_what_is_held_back_never(
    stage: Stage, start_server: Any, anew: str
) -> None:
    server = start_server(RETRY_REPLIES="true", QUIET_HOURS="off") if anew else stage.server
    player = await stage.player()
    said = "As an AI I cannot say that. Nor this." if anew else f"I will tell you. It was a {NEVER}. And more of it."
    talk = await stage.talk(player, says(said, rate=30, anew=anew))
    page = await stage.open(talk, player, server=server)
    await page.send("voice", on=True)
    turn = await page.turn("Tell me")
    sound = await heard(page, turn.message_id)
    texts = passages(sound)
    assert "pizza" not in " ".join(texts)
    assert "withdrawn" in [frame.get("reason") for frame in sound]
    withdrawn = next(place for place, frame in enumerate(sound) if frame.get("reason") == "withdrawn")
    assert passages(sound[withdrawn:]) == ([anew] if anew else [])
    assert not await in_database(lambda: Clip.objects.filter(message_id=turn.message_id, seconds__gt=3).exists())
