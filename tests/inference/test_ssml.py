"""Speech for servers that take SSML: what is sent, what cannot be smuggled in, and what is heard of it."""

import random
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from inference.base import SPEECH_RATE, Refused, SpeechRequest
from inference.emotion.reading import warm
from inference.providers.sound import arguments
from inference.providers.ssml import ssml_of
from inference.standin import speech
from inference.streams import Deadlines
from voice.speaking.delivery import manner_of
from voice.speaking.script import Passage

WORDS = "You counted the steps, and so did I; there are seventeen of them."
PLAIN = SpeechRequest("tone", WORDS, "sage")
PATIENT = Deadlines(first=30, between=30, total=60, connect=5)  # its mouth is a process that others go before
BEGINS = '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang='


def test_what_is_usual_is_not_told() -> None:
    assert ssml_of(PLAIN) == f'{BEGINS}"en-US">{WORDS}</speak>'
    assert ssml_of(replace(PLAIN, text="十七级。")) == f'{BEGINS}"zh-CN">十七级。</speak>'


def test_rate_pitch_loudness_and_emphasis_stand_in_the_document_and_nowhere_else() -> None:
    request = replace(PLAIN, speed=1.25, style="Sharply.", pitch=1.07, volume=1.15, emphasis="moderate")
    inner = f'<prosody rate="125%" pitch="+7%" volume="loud"><emphasis level="moderate">{WORDS}</emphasis></prosody>'
    assert arguments(request, as_ssml=True) == {
        "model": "tone",
        "input": f'{BEGINS}"en-US">{inner}</speak>',
        "voice": "sage",
        "response_format": "pcm",
    }
    # Where it is not understood, nothing of it is sent.
    assert arguments(request) == {
        "model": "tone",
        "input": WORDS,
        "voice": "sage",
        "response_format": "pcm",
        "speed": 1.25,
        "instructions": "Sharply.",
    }


def test_no_text_gets_out_of_its_place() -> None:
    signs = ["<", ">", "&", '"', "'", "]]>", "<![CDATA[", "<!--", "</speak>", '<prosody rate="1%">', "&lt;", "&#0;"]
    signs += ["\x00", "\x1b", "\x85", "\ud800", "\ufffe", "\U0001f600", "a", "十", " "]
    chance = random.Random(10)
    for _ in range(500):
        text = "".join(chance.choices(signs, k=chance.randint(1, 30)))
        root = ElementTree.fromstring(ssml_of(replace(PLAIN, text=text, volume=0.8)))
        [prosody] = root
        assert list(prosody) == []
        readable = "".join(" " if each in "\x00\x1b\ud800\ufffe" else each for each in text)
        assert prosody.text == readable


def test_what_is_done_is_said_otherwise_than_what_is_felt() -> None:
    warm()
    done = manner_of(Passage("She points at the stairs.", "action"))
    angry, sad = manner_of(Passage("I hate you, you lying snake!")), manner_of(Passage("I miss him so much, I cry."))
    assert (done.emphasis, angry.emphasis, sad.emphasis) == ("reduced", "moderate", "")
    assert done.volume < 0.9 < angry.volume
    assert sad.speed < angry.speed
    assert "volume" in ssml_of(SpeechRequest("m", "x", "sage", done.speed, "", done.pitch, done.volume, done.emphasis))


@pytest.mark.asyncio
async def test_a_server_that_takes_it_is_sent_it(connect: Any, standin: Any) -> None:
    heard: list[bytes] = []
    words = "Seventeen < eighteen & no more."
    request = replace(PLAIN, text=words, speed=1.25)
    await connect(takes_ssml=True).say(request, heard.append)
    sent = await standin.settled("eighteen &amp; no more")
    assert sent["body"] == arguments(request, as_ssml=True)
    # The tone is as long as the words at that rate: marks are not said.
    seconds = sum(map(len, heard)) / 2 / SPEECH_RATE
    assert seconds == pytest.approx(speech.seconds_of(words) / 1.25, rel=0.01)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "document", ["<speak>half", "<speak><b></speak>", '<!DOCTYPE x [<!ENTITY a "b">]><speak>&a;</speak>']
)
async def test_the_stand_in_says_what_is_no_document(connect: Any, document: str) -> None:
    """`<speak` alone begins one: of other texts each sign is said."""
    asked = connect().say(replace(PLAIN, text=document), lambda sound: None)
    if document.startswith("<speak"):
        with pytest.raises(Refused):
            await asked
    else:
        await asked


@pytest.mark.skipif(not speech.can_speak(), reason="needs requirements-voice.txt")
@pytest.mark.asyncio
async def test_the_understudy_is_heard_to_mind_it(connect: Any) -> None:
    async def said(**how: Any) -> tuple[float, float]:
        """Seconds, and how loud."""
        heard: list[bytes] = []
        await connect(takes_ssml=True, deadlines=PATIENT).say(replace(PLAIN, model=speech.VOICE, **how), heard.append)
        samples = memoryview(b"".join(heard)).cast("h")
        return len(samples) / SPEECH_RATE, (sum(each * each for each in samples) / len(samples)) ** 0.5

    usual = await said()
    quick, slow = await said(speed=1.3), await said(speed=0.8)
    assert quick[0] < 0.9 * usual[0] < 0.9 * 0.9 * slow[0]
    soft, loud, pressed = await said(volume=0.8), await said(volume=1.2), await said(emphasis="moderate")
    assert soft[1] < 0.8 * usual[1]
    assert loud[1] > 1.2 * usual[1]
    assert pressed[1] > 1.2 * usual[1]
    # As plain text the same sentence is said as usual: marks are not read out.
    heard: list[bytes] = []
    await connect(deadlines=PATIENT).say(replace(PLAIN, model=speech.VOICE), heard.append)
    assert sum(map(len, heard)) / 2 / SPEECH_RATE == pytest.approx(usual[0], rel=0.05)
