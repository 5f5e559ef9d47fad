"""A call from end to end, on a real server: a sentence, its text, the reply, and sound that another program plays."""

import base64
import io

import pytest

from accounts.ids import uuid7
from accounts.models import DataUse
from inference.base import SPEECH_RATE
from tests.chat.stage import Stage
from voice.services.packing import packed
from voice.speaking.script import passages_of

av = pytest.importorskip("av")


async def test_a_sentence_that_is_spoken_is_answered_aloud(stage: Stage) -> None:
    from tests.chat.test_listening import a_page, begin, send
    from tests.voice.sounds import pieces, spoken, wrapped

    _player, talk, page = await a_page(stage, DataUse.VOICE, model="scene-1-tps40")
    await page.send("voice", on=True)
    client_id = uuid7()
    await begin(page, client_id)
    sent = pieces(wrapped(spoken(), live=1), 8)
    for number, piece in enumerate(sent, 1):
        await send(page, number, piece)
    await page.send("audio_end", client_id=client_id, last_seq=len(sent))
    heard = await page.wait_for("stt_final", client_id=str(client_id))
    assert heard["text"]
    turn = await page.turn(heard["text"])
    assert (await stage.messages(talk))[-2].text == heard["text"]
    while not any(frame["type"] == "tts_end" for frame in page.frames):
        await page.receive()
    chunks = [frame for frame in page.frames if frame["type"] == "tts_chunk"]
    said = " ".join(frame["text"] for frame in chunks if frame.get("text"))
    assert said == " ".join(passage.text for passage in passages_of(turn.text))
    # As a file, in the hands of another decoder.
    _ending, data = await packed(b"".join(base64.b64decode(frame["audio"]) for frame in chunks))
    with av.open(io.BytesIO(data)) as file:
        seconds = sum(frame.samples for frame in file.decode(audio=0)) / SPEECH_RATE
    # Between ten and thirty letters a second: no speech is slower or faster.
    assert len(said) / 30 < seconds < len(said) / 10
