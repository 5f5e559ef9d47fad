"""What is said, written down by a server over the network."""

import asyncio
import re
import time

import aiohttp
import psutil
import pytest

from inference.base import HearingRequest, ModelError, ModelUnavailable, RateLimitedByModel, Refused
from inference.providers.hearing import wav
from inference.standin import hearing
from inference.standin.sphinx import QUICK
from tests.inference.support import Connect, StandinProcess
from tests.voice.sounds import as_sound, spoken

SENTENCE = as_sound(spoken())


async def test_a_phrase_goes_out_as_a_wav_and_comes_back_as_words(connect: Connect, standin: StandinProcess) -> None:
    provider = connect()
    request = HearingRequest("hears", SENTENCE, language="en", names=("Mira", "Dawn Harbour"))
    words = await provider.recognise(request)
    assert words.startswith("good evening I would")
    assert len(words.split()) == round(request.seconds / 0.3)
    (entry,) = await standin.requests(model="hears", limit="1")
    told = {"model": "hears", "response_format": "json", "language": "en", "prompt": "Mira, Dawn Harbour"}
    assert entry["body"] == told | {"bytes": len(SENTENCE)}
    assert await provider.recognise(HearingRequest(f"hears-{'你好 世界'.encode().hex()}", SENTENCE)) == "你好 世界"


async def test_the_ear_of_the_standin_hears_english_and_says_that_it_hears_nothing_else(
    connect: Connect, standin: StandinProcess
) -> None:
    pytest.importorskip("pocketsphinx")
    provider = connect()
    assert await provider.recognise(HearingRequest("understudy-listens", as_sound(spoken("Open the door please."))))
    with pytest.raises(Refused) as refused:
        await provider.recognise(HearingRequest("understudy-listens", SENTENCE, language="zh"))
    assert "unsupported_language" in str(refused.value)


async def test_a_server_that_does_not_listen_is_told_by_cause(connect: Connect, standin: StandinProcess) -> None:
    provider = connect()
    for model, cause in (("503", ModelUnavailable), ("429", RateLimitedByModel), ("404", Refused)):
        with pytest.raises(ModelError) as error:
            await provider.recognise(HearingRequest(model, SENTENCE))
        assert isinstance(error.value, cause), model


async def test_what_is_no_form_is_told_so(standin: StandinProcess) -> None:
    async with aiohttp.ClientSession() as session:
        for kind, body in (("application/json", b"{}"), ("multipart/form-data; boundary=x", b"--x--"), ("", wav(b""))):
            async with session.post(
                f"{standin.url}/audio/transcriptions", data=body, headers={"Content-Type": kind}
            ) as answer:
                assert answer.status == 400


async def test_an_ear_that_takes_too_long_is_given_up_and_the_next_phrase_has_a_new_one(monkeypatch) -> None:
    """And who is cancelled leaves no answer for the next."""
    pytest.importorskip("pocketsphinx")
    ear = hearing.Ear()
    try:
        await ear.open()
        first = ear._process
        assert first is not None
        psutil.Process(first.pid).suspend()
        monkeypatch.setattr(hearing, "MOST_SECONDS", 0.2)
        with pytest.raises(hearing.CannotHear) as slow:
            await ear.hear(SENTENCE, "en")
        assert slow.value.args[0] == "engine_slow"
        await first.wait()  # killed, though it stood still
        monkeypatch.undo()
        assert await ear.hear(as_sound(spoken("Open the door please.")), "en")
        gone = asyncio.create_task(ear.hear(SENTENCE, "en"))
        asyncio.get_running_loop().call_later(0.05, gone.cancel)
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert ear._process is None
    finally:
        ear.close()


def test_the_ear_is_quicker_than_it_comes_and_mishears_no_more(record_property) -> None:
    pocketsphinx = pytest.importorskip("pocketsphinx")
    said = [
        "Is anybody there?",
        "Open the door please.",
        "The key is under the third step.",
        "What do you want from me?",
    ]
    sounds = [as_sound(spoken(sentence, "en-us+f2")) for sentence in said]

    def heard(**how: object) -> tuple[int, float]:
        """Words that are wrong, and seconds of the processor."""
        decoder, wrong = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL", **how), 0
        began = time.process_time()
        for sentence, sound in zip(said, sounds, strict=True):
            decoder.start_utt()
            decoder.process_raw(sound, no_search=False, full_utt=True)
            decoder.end_utt()
            found = decoder.hyp()
            wrong += misheard(sentence, found.hypstr if found else "")
        return wrong, time.process_time() - began

    usual, quick = heard(), heard(**QUICK)
    record_property("words_wrong", {"usual": usual, "quick": quick})
    assert quick[0] <= usual[0] + 1
    assert quick[1] < 0.7 * usual[1]


def misheard(said: str, heard: str) -> int:
    """Words to be changed, added or left out."""
    wanted, found = re.findall("[a-z]+", said.lower()), re.findall("[a-z]+", heard.lower())
    row = list(range(len(found) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(found, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]
