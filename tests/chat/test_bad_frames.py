"""Frames that make no sense, on a real socket: each gets an error, and the socket stays."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from accounts.ids import uuid7
from chat import protocol
from tests.chat.checks import assert_no_failure, assert_settled, resident
from tests.chat.frames import frames
from tests.numbers import times

BATCH = 20


def wrong(text: str) -> bool:
    """Refused by the decoder, and sendable: a lone surrogate has no UTF-8, a frame too large is closed."""
    try:
        if len(text.encode()) > protocol.MAX_FRAME:
            return False
        protocol.decode(text)
    except UnicodeEncodeError:
        return False
    except protocol.FrameError:
        return True
    return False


def some_wrong_frames(count: int) -> list[str]:
    """Drawn anew in each run, without hypothesis around an event loop."""
    found: list[str] = []

    @settings(
        max_examples=count // BATCH, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.lists(frames.filter(wrong), min_size=BATCH, max_size=BATCH))
    def draw(batch: list[str]) -> None:
        found.extend(batch)

    draw()
    return found


@pytest.mark.timeout(1800)
async def test_frames_that_make_no_sense_get_an_error_each_and_the_socket_stays(stage, server, log_from_here):
    page = await stage.play("script-3")
    for text in some_wrong_frames(times("frames sent to a socket")):
        await page.send_raw(text)
        answer = await page.receive()
        assert answer["type"] == "error", f"{text[:200]!r}: {answer}"
        assert answer["code"] in ("malformed", "unknown_type", "invalid_frame", "too_long", "empty", "bad_characters")
        assert answer["message"]
    assert await page.quiet() == []
    assert (await page.turn("Still here?")).end["status"] == "complete"
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_many_at_once_are_all_answered(stage, server, log_from_here):
    page = await stage.play("script-3")
    for number in range(300):
        await page.send_raw(f"not a frame {number}")
    for _ in range(300):
        assert (await page.receive())["code"] == "malformed"
    assert_no_failure(server, since=log_from_here)


async def test_too_many_lines_at_once_are_told_so_each(stage, server, log_from_here):
    """No frame is answered by silence, however many come at once."""
    page = await stage.play("script-3")
    ids = [str(uuid7()) for _ in range(60)]
    for client_id in ids:
        await page.send("chat", content="Hello", client_id=client_id)
    for client_id in ids:
        if not any(frame.get("client_id") == client_id for frame in page.frames):
            await page.wait_for("ack", "error", client_id=client_id)
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_binary_frames_that_belong_to_no_recording_are_told_so(stage):
    page = await stage.play("script-3")
    for data, code in ((b"\0\0\0\1sound", "no_recording"), (b"\0\0\0\0sound", "invalid_frame"), (b"", "invalid_frame")):
        await page.send_raw(data)
        assert (await page.receive())["code"] == code
    await page.send_raw(bytes(3) + b"\1" + bytes(protocol.MAX_PIECE + 1))
    assert (await page.receive())["limit"] == protocol.MAX_PIECE
    assert await page.quiet() == []


async def test_a_frame_over_256_kib_closes_with_1009_and_the_rest_goes_on(stage, server):
    player = await stage.player()
    talk = await stage.talk(player, "script-3")
    page, other = await stage.open(talk, player), await stage.open(talk, player)
    just_fits = json.dumps({"type": "ping", "t": "x" * (protocol.MAX_FRAME - 30)})
    await page.send_raw(just_fits)
    assert (await page.receive())["type"] == "pong"
    await page.send("chat", content="x" * (protocol.MAX_FRAME + 1), client_id=uuid7())
    assert await page.close_code() == 1009
    assert (await other.turn("Go on")).end["status"] == "complete"
    assert len(await stage.messages(talk)) == 3


async def test_text_that_is_no_utf8_closes_that_socket_alone(stage):
    player = await stage.player()
    talk = await stage.talk(player, "script-3")
    page, other = await stage.open(talk, player), await stage.open(talk, player)
    await page.line.send([b"\xff\xfe\xfd"], text=True)
    assert await page.close_code() in (1007, None)
    assert await other.quiet() == []


@pytest.mark.parametrize("megabytes", [2, 17])
async def test_a_frame_of_many_megabytes_costs_no_memory(stage, server, megabytes):
    page = await stage.play("script-3")
    before = resident(server)
    with contextlib.suppress(ConnectionClosed):  # while it is still being sent
        await page.send_raw("x" * megabytes * 1024 * 1024)
    assert await page.close_code() in (1009, None)
    assert resident(server) - before < 10 * 1024 * 1024
    assert server.answers()
