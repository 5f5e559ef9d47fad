"""Texts said aloud over the network: what is sent, what comes back, what goes wrong by which name."""

import asyncio
import time

import pytest

from inference.base import SPEECH_RATE, BrokenStream, ModelUnavailable, Refused, SpeechRequest
from inference.standin import speech
from inference.streams import Deadlines

pytestmark = pytest.mark.asyncio

PATIENT = Deadlines(first=30, between=30, total=60, connect=5)  # its mouth is a process that others go before
WORDS = "You counted the steps, and so did I; there are seventeen of them."


def seconds(pieces: list[bytes]) -> float:
    return sum(map(len, pieces)) / 2 / SPEECH_RATE


async def test_a_tone_is_as_long_as_its_text_and_the_request_says_what_was_wanted(connect, standin):
    heard: list[bytes] = []
    await connect().say(SpeechRequest("tone", WORDS, "onyx", 1.25, "Speak quietly."), heard.append)
    assert seconds(heard) == pytest.approx(speech.seconds_of(WORDS) / 1.25, rel=0.01)
    assert all(len(piece) % 2 == 0 for piece in heard)
    sent = await standin.settled(WORDS)
    assert sent["path"] == "/v1/audio/speech"
    assert sent["body"] == {
        "model": "tone",
        "input": WORDS,
        "voice": "onyx",
        "response_format": "pcm",
        "speed": 1.25,
        "instructions": "Speak quietly.",
    }


@pytest.mark.parametrize(
    ("model", "error", "code"),
    [
        ("503", ModelUnavailable, "model_unavailable"),
        ("401", Refused, "model_bad_key"),
        ("missing-model", Refused, "model_unknown"),
        ("html", BrokenStream, "malformed"),
    ],
)
async def test_what_goes_wrong_has_a_name(connect, model, error, code):
    heard: list[bytes] = []
    with pytest.raises(error) as caught:
        await connect().say(SpeechRequest(model, "a word", "alloy"), heard.append)
    assert caught.value.code == code
    assert heard == []


async def test_a_passing_failure_is_asked_again(connect):
    heard: list[bytes] = []
    await connect().say(SpeechRequest("503-times-1", f"Again {time.time()}", "alloy"), heard.append)
    assert heard


async def test_who_stops_listening_ends_it_there(connect, standin):
    heard = asyncio.Event()
    words = f"{time.time()} " + WORDS * 30
    telling = asyncio.create_task(connect().say(SpeechRequest("tone", words, "alloy"), lambda sound: heard.set()))
    await heard.wait()
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling


@pytest.mark.skipif(not speech.can_speak(), reason="needs requirements-voice.txt")
async def test_the_understudy_speaks_two_languages_one_after_the_other(connect):
    async def said(text: str, voice: str = "sage", speed: float = 1.0) -> float:
        heard: list[bytes] = []
        await connect(deadlines=PATIENT).say(SpeechRequest(speech.VOICE, text, voice, speed), heard.append)
        assert max(abs(sample) for sample in memoryview(b"".join(heard)).cast("h")) > 3_000
        return seconds(heard)

    english, chinese, slow = await asyncio.gather(
        said(WORDS), said("你数过这里有多少级台阶吗？我数过，一共十七级。", "onyx"), said(WORDS, speed=0.5)
    )
    assert 2.5 < english < 8
    assert 2.5 < chinese < 9
    assert slow > 1.6 * english
