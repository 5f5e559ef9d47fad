"""Speaking into a talk: pieces of a recording in, words out, over real sockets and the audio worker."""

import asyncio
import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import psutil
import pytest

from accounts.consents.answers import answer, newest
from accounts.ids import uuid7
from accounts.models import DataUse, ModelUse
from tests.chat.client import Page
from tests.chat.stage import CSRF, Browser, Stage, in_database
from tests.stack import Server, StandIn
from tests.voice import bombs
from tests.voice.sounds import hiss, pieces, silence, spoken, wrapped
from voice.models import Recording
from voice.services.recordings import sound_of

pytest.importorskip("av")

TWO_PHRASES = np.concatenate([silence(0.4), spoken(), silence(1.0), spoken("Is anybody there?"), silence(0.4)])
SOUND = (TWO_PHRASES + hiss(len(TWO_PHRASES) / 16_000 + 1, -58)[: len(TWO_PHRASES)]).astype(np.float32)
RECORDING = wrapped(SOUND, live=1)


def agreed(player: Any, *purposes: DataUse) -> None:
    for purpose in purposes:
        answer(user=player.user, purpose=purpose, given=True, version=newest(purpose).version)


async def a_page(stage: Stage, *purposes: DataUse, model: str = "script-3") -> tuple[Any, Any, Page]:
    player = await stage.player()
    await in_database(lambda: agreed(player, *(purposes or (DataUse.VOICE,))))
    talk = await stage.talk(player, model)
    return player, talk, await stage.open(talk, player)


async def begin(page: Page, client_id: Any, codec: str = "webm") -> dict[str, Any]:
    await page.send("audio_start", codec=codec, client_id=client_id)
    return await page.wait_for("audio_ack", "error", client_id=str(client_id))


async def send(page: Page, number: int, data: bytes) -> None:
    await page.send_raw(struct.pack("!I", number) + data)


async def test_what_is_said_comes_back_as_text_while_it_is_said_and_is_answered(stage: Stage) -> None:
    player, talk, page = await a_page(stage)
    client_id = uuid7()
    assert (await begin(page, client_id))["seq"] == 0
    sent = pieces(RECORDING, 20)
    for number, piece in enumerate(sent, 1):
        await send(page, number, piece)
        await page.wait_for("audio_ack", client_id=str(client_id), seq=number)
    await page.send("audio_end", client_id=client_id, last_seq=len(sent))
    over = await page.wait_for("audio_over", client_id=str(client_id))
    told = [frame for frame in page.frames if frame.get("client_id") == str(client_id)]
    finals = [frame for frame in told if frame["type"] == "stt_final"]
    interims = [frame for frame in told if frame["type"] == "stt_interim"]
    assert [frame["phrase"] for frame in finals] == [1, 2]
    assert finals[0]["text"].startswith("good evening I would")
    # The text grows as one speaks, and the end goes on from it.
    assert [frame["phrase"] for frame in interims] == sorted(frame["phrase"] for frame in interims)
    first = [frame["text"] for frame in interims if frame["phrase"] == 1]
    assert first, "something to read before the phrase has ended"
    assert all(finals[0]["text"].startswith(text[:20]) for text in first)
    assert first == sorted(first, key=len)
    acks = [frame for frame in told if frame["type"] == "audio_ack"]
    assert max(frame.get("speech_probability", 0) for frame in acks) > 0.8
    assert any(frame.get("speaking") for frame in acks)
    assert over["phrases"] == 2
    assert over["seconds"] == pytest.approx(len(SOUND) / 16_000, abs=0.2)
    assert "recording_id" not in over
    assert not await in_database(lambda: Recording.objects.filter(owner=player.user).exists())
    # Nothing was said in the talk by that; it is once the line is sent.
    assert len(await stage.messages(talk)) == 1
    assert (await page.turn(finals[0]["text"])).end["status"] == "complete"


async def test_where_nobody_speaks_nobody_is_asked_what_was_said(stage: Stage, standin: StandIn) -> None:
    def asked() -> int:
        return sum(each["path"] == "/v1/audio/transcriptions" for each in standin.requests())

    _player, _talk, page = await a_page(stage)
    client_id, before = uuid7(), asked()
    await begin(page, client_id)
    sent = pieces(wrapped(hiss(4, -40), live=1), 16)
    for number, piece in enumerate(sent, 1):
        await send(page, number, piece)
    await page.send("audio_end", client_id=client_id, last_seq=len(sent))
    over = await page.wait_for("audio_over", client_id=str(client_id))
    acks = [frame for frame in page.frames if frame["type"] == "audio_ack"]
    assert over["phrases"] == 0
    assert acks[-1]["noise_level"] == pytest.approx(-40, abs=5)
    assert not any(frame.get("speaking") for frame in acks)
    assert asked() == before


async def test_an_upload_goes_on_after_a_reconnect_and_pieces_sent_twice_count_once(stage: Stage) -> None:
    player, talk, page = await a_page(stage)
    client_id, sent = uuid7(), pieces(RECORDING, 20)
    await begin(page, client_id)
    for number, piece in enumerate(sent[:8], 1):
        await send(page, number, piece)
    await page.wait_for("audio_ack", client_id=str(client_id), seq=8)
    page.cut()
    again = await stage.open(talk, player)
    assert (await begin(again, client_id))["seq"] == 8
    for number in (7, 8, 12):  # twice, and too early
        await send(again, number, sent[number - 1])
        assert (await again.wait_for("audio_ack"))["seq"] == 8
    await again.send("audio_end", client_id=client_id, last_seq=len(sent))
    assert (await again.wait_for("error", client_id=str(client_id)))["code"] == "no_recording"
    for number, piece in enumerate(sent[8:], 9):
        await send(again, number, piece)
    await again.send("audio_end", client_id=client_id, last_seq=len(sent))
    over = await again.wait_for("audio_over", client_id=str(client_id))
    assert over["phrases"] == 2
    assert over["seconds"] == pytest.approx(len(SOUND) / 16_000, abs=0.2)


async def test_nobody_is_listened_to_who_has_not_agreed(stage: Stage) -> None:
    page = await stage.play("script-3")
    refused = await begin(page, uuid7())
    assert (refused["type"], refused["code"]) == ("error", "consent_needed")
    await send(page, 1, RECORDING[:1000])
    assert (await page.wait_for("error"))["code"] == "no_recording"


async def test_what_is_no_recording_is_refused_in_words_and_the_socket_stays(stage: Stage) -> None:
    _, _, page = await a_page(stage)
    found = bombs.all_of_them()
    for name in ("eight channels", "video in Matroska", "random bytes as ogg", "ten hours in the head"):
        wrapping, data = found[name]
        client_id = uuid7()
        await begin(page, client_id, wrapping)
        parts = pieces(data, -(-len(data) // 100_000))
        for number, piece in enumerate(parts, 1):
            await send(page, number, piece)
        await page.send("audio_end", client_id=client_id, last_seq=len(parts))
        error = await page.wait_for("error", client_id=str(client_id))
        assert error["code"].startswith("audio_"), name
        assert error["message"]
    assert (await page.turn("Still here?")).end["status"] == "complete"


async def test_a_recording_is_kept_sealed_for_its_owner_alone_where_they_agreed(stage: Stage) -> None:
    player, _, page = await a_page(stage, DataUse.VOICE, DataUse.RECORDINGS)
    client_id, sent = uuid7(), pieces(RECORDING, 5)
    await begin(page, client_id)
    for number, piece in enumerate(sent, 1):
        await send(page, number, piece)
    await page.send("audio_end", client_id=client_id, last_seq=len(sent))
    over = await page.wait_for("audio_over", client_id=str(client_id))

    def kept() -> tuple[bytes, bytes]:
        row = Recording.objects.get(pk=over["recording_id"])
        return bytes(row.sound), sound_of(user=player.user, recording_id=row.pk).data

    sealed, opened = await in_database(kept)
    assert opened.startswith(b"OggS")
    assert b"OpusHead" in opened
    assert b"OpusHead" not in sealed
    used = await in_database(lambda: ModelUse.objects.filter(user_id=player.user.pk, operation="hearing").first())
    assert used is not None
    assert used.model == "hears"


async def test_who_begins_another_leaves_the_one_before_and_none_counts_on(stage: Stage) -> None:
    _, _, page = await a_page(stage)
    for _number in range(6):
        client_id = uuid7()
        assert (await begin(page, client_id))["type"] == "audio_ack"
        await send(page, 1, pieces(RECORDING, 20)[0])
        await page.wait_for("audio_ack", client_id=str(client_id), seq=1)


async def test_the_same_is_sent_whole_while_the_socket_is_at_it(stage: Stage) -> None:
    player, talk, page = await a_page(stage)
    client_id, sent = uuid7(), pieces(RECORDING, 20)
    await begin(page, client_id)
    await send(page, 1, sent[0])
    await page.wait_for("audio_ack", client_id=str(client_id), seq=1)
    browser, url = stage.browser(player), f"/api/v1/conversations/{talk.pk}/audio/?client_id={client_id}"
    whole = asyncio.create_task(post(browser, url, RECORDING, "audio/webm"))
    for number, piece in enumerate(sent[1:], 2):
        await send(page, number, piece)
    await page.send("audio_end", client_id=client_id, last_seq=len(sent))
    status, heard = await whole
    assert status == 200, heard
    assert len(heard["phrases"]) == 2
    status, told = await post(browser, url, b"", "audio/webm")
    assert (status, told["code"]) == (400, "invalid"), told


async def test_a_recording_goes_by_post_and_its_text_comes_by_the_event_stream_too(stage: Stage) -> None:
    player, talk, page = await a_page(stage)
    browser, url = stage.browser(player), f"/api/v1/conversations/{talk.pk}/audio/?language=en"
    status, heard = await post(browser, url, RECORDING, "audio/webm;codecs=opus")
    assert status == 200, heard
    assert heard["text"].startswith("good evening I would")
    assert [each["phrase"] for each in heard["phrases"]] == [1, 2]
    told = await page.wait_for("stt_final", client_id=heard["client_id"])
    assert told["text"] == heard["phrases"][0]["text"]
    await page.wait_for("audio_over", client_id=heard["client_id"])
    for body, kind, code in (
        (b"\0" * 5000, "audio/webm", "audio_unreadable"),
        (RECORDING, "text/plain", "unsupported_media_type"),
        (bytes(5 * 1024 * 1024), "audio/webm", "too_large"),
    ):
        assert (await post(browser, url, body, kind))[1]["code"] == code
    assert (await post(stage.browser(await stage.player()), url, RECORDING, "audio/webm"))[0] == 404


async def post(browser: Browser, url: str, data: bytes, kind: str) -> tuple[int, dict[str, Any]]:
    headers = {"X-CSRFToken": CSRF, "Content-Type": kind}
    async with browser.session.post(url, data=data, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_the_site_says_how_its_audio_worker_is(stage: Stage, start_server: Callable[..., Server]) -> None:
    server = start_server()
    player, talk, _page = await a_page(stage)
    assert server.get_json("/readyz")[1]["degraded"] == {}
    browser, url = stage.browser(player, server), f"/api/v1/conversations/{talk.pk}/audio/"
    status, heard = await post(browser, url, RECORDING, "audio/webm")
    assert status == 200, heard
    assert server.get_json("/readyz")[1]["degraded"] == {}
    async with browser.session.get("/metrics") as answer:
        told = await answer.text()
    numbers = dict(re.findall(r"^(dramatis_audio\w*(?:{[^}]*})?) ([\d.]+)$", told, re.M))
    for name, number in (("starts_total", 1.0), ('total{what="recordings"}', 1.0), ('total{what="phrases"}', 2.0)):
        assert float(numbers[f"dramatis_audio_{name}"]) == number
    assert float(numbers["dramatis_audio_seconds_total"]) == pytest.approx(heard["seconds"])
    assert float(numbers["dramatis_audio_busy_seconds_total"]) > 0

    [worker] = [
        each for each in psutil.Process(server.pid).children(recursive=True) if "voice.hearing.worker" in each.cmdline()
    ]
    worker.suspend()
    try:
        status, found = server.get_json("/readyz")
    finally:
        worker.resume()
    assert (status, found["ready"]) == (200, True), "people can type"
    assert found["degraded"] == {"audio": "the audio worker does not answer"}
    assert server.get_json("/readyz")[1]["degraded"] == {}
