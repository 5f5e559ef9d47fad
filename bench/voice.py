"""Calls: how soon a sentence is heard once it is whole, and what calls do to the text of others.

Ten people are in a call: what they say goes up in quarters of a second all the while, the words of it are scripted,
and every reply is said aloud by the stand-in. (Where the extra `voice` is not installed they type, and hear a tone.)
Twenty others read theirs. The others are measured in rounds of three kinds, turn about, so that a machine that gets
busy meanwhile does not decide it: they alone; beside the ten, who type and read; beside the ten, in calls. What calls
do to the text of others is the third less the second, in the same round; the third less the first is what ten more
people do at all.

    python -m bench --only voice            ten rounds, about six minutes
    python -m bench --only voice --quick    three
"""

import asyncio
import json
import random
import re
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from statistics import median
from typing import Any

from websockets.asyncio.client import connect

from accounts.ids import uuid7
from bench.load import percentile
from bench.report import Line
from bench.servers import OTHER_CORE, PYTHON, Server, Stage
from voice.hearing.door import is_installed
from voice.speaking.script import Cutter

CALLS, READERS = 10, 20
ROUNDS, SECONDS = 10, 6.0
KINDS = ("alone", "beside readers", "beside calls")
GOAL_MS = 300.0
GOAL_DELAY_MS = 5.0
CALLED = "scene-2-tps30"
READ = "sim-ttft0-tps30-n90-stamp"
SAID = "Go on, please."
HEARS = f"hears-{SAID.encode().hex()}"
PIECE_SECONDS, RECORDING_SECONDS = 0.25, 30
STAMP = re.compile(r"T(\d{13})")


def measure(stage: Stage, *, quick: bool = False) -> list[Line]:
    """One server on its core; models, mouth and people share the other."""
    rounds = 3 if quick else ROUNDS
    standin = [PYTHON, "-m", "inference.standin", "--port", "PORT", "--keep", "0", "--ready"]
    voice = "understudy-speaks" if find_spec("espeakng_loader") else "tone"
    made = subprocess.run(
        [PYTHON, "-m", "bench.talks", f"{CALLED}={CALLS}", f"{READ}={READERS}"],
        env=stage.environ, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    seats = [json.loads(line) for line in made.stdout.splitlines() if line.startswith(b"{")]
    with stage.server("standin", standin, core=OTHER_CORE, path="/health") as models:
        url = f"http://127.0.0.1:{models.port}/v1"
        with stage.product(
            OPENAI_BASE_URL=url, SPEECH_MODEL=voice, HEARING_MODEL=HEARS, HEARING_PER_MINUTE="1000"
        ) as server:
            first, p95 = asyncio.run(_rounds(server, seats, rounds, _recording() if is_installed() else []))
    said = _differences(p95["beside calls"], p95["beside readers"])
    more = _differences(p95["beside calls"], p95["alone"])
    return [
        Line("26", f"first sound after the first sentence, {CALLS} calls, p95", percentile(first, 0.95), "ms", "goal",
             GOAL_MS, 1.0),
        Line("", "- p50", percentile(first, 0.5), "ms"),
        Line("", "- replies", len(first), ""),
        Line("27", f"text of {READERS} others, later beside calls, median", median(said), "ms", "goal",
             GOAL_DELAY_MS, 1.0),
        *_interval(said),
        Line("", "- beside calls, later than alone, median", median(more), "ms"),
        *_interval(more),
        *(Line("", f"- p95 {kind}", median(p95[kind]), "ms") for kind in KINDS),
    ]  # fmt: skip


def _differences(later: Sequence[float], earlier: Sequence[float]) -> list[float]:
    return sorted(one - other for one, other in zip(later, earlier, strict=True))


def _interval(ordered: Sequence[float]) -> list[Line]:
    """Of the median: of ten rounds the second and the ninth, between which it is with 98 %."""
    cut = 1 if len(ordered) >= 10 else 0
    return [Line("", "- - from", ordered[cut], "ms"), Line("", "- - to", ordered[-1 - cut], "ms")]


def _recording() -> list[bytes]:
    """A sentence and then nothing, as a browser sends it."""
    import numpy as np

    from tests.voice.sounds import hiss, pieces, silence, spoken, wrapped

    sound = spoken(SAID)
    sound = np.concatenate([sound, silence(RECORDING_SECONDS - len(sound) / 16_000)])
    data = wrapped((sound + hiss(RECORDING_SECONDS, -60)[: len(sound)]).astype(np.float32), live=1)
    return pieces(data, int(RECORDING_SECONDS / PIECE_SECONDS))


async def _rounds(
    server: Server, seats: Sequence[dict[str, str]], rounds: int, recording: Sequence[bytes]
) -> tuple[list[float], dict[str, list[float]]]:
    """Of every reply that was said, milliseconds to its first sound; by kind, the readers' 95th percentile a round."""
    callers = [_Seat(server, seat, recording) for seat in seats if seat["model"] == CALLED]
    readers = [_Seat(server, seat) for seat in seats if seat["model"] == READ]
    everybody = (*callers, *readers)
    await asyncio.gather(*(seat.open() for seat in everybody))
    first: list[float] = []
    p95: dict[str, list[float]] = {kind: [] for kind in KINDS}
    # The first round finds nothing in the process yet, and is not counted.
    for number in range(rounds + 1):
        kinds = list(KINDS)
        random.Random(number).shuffle(kinds)
        for kind in kinds:
            listens = kind == "beside calls"
            await asyncio.gather(*(seat.listen(listens) for seat in callers))
            others = [] if kind == "alone" else callers
            found = await asyncio.gather(
                *(seat.for_seconds(SECONDS, _read) for seat in readers),
                *(seat.for_seconds(SECONDS, _called if listens else _read) for seat in others),
            )
            if number:
                p95[kind].append(percentile([each for told in found[:READERS] for each in told], 0.95))
                first += [each for told in found[READERS:] for each in told] if listens else []
    await asyncio.gather(*(seat.line.close() for seat in everybody))
    return first, p95


class _Seat:
    def __init__(self, server: Server, seat: dict[str, str], recording: Sequence[bytes] = ()) -> None:
        self.host, self.seat, self.recording = f"127.0.0.1:{server.port}", seat, recording
        self.line: Any = None

    async def open(self) -> None:
        url = f"ws://{self.host}/ws/chat/{self.seat['conversation']}/"
        headers = {"Cookie": f"sessionid={self.seat['session']}"}
        more: dict[str, Any] = {"origin": f"http://{self.host}", "additional_headers": headers}
        self.line = await connect(url, compression=None, proxy=None, max_size=None, **more)
        await self.line.recv()

    async def listen(self, on: bool) -> None:
        await self.send("voice", on=on)

    async def for_seconds(self, seconds: float, turn: Callable[["_Seat"], Awaitable[list[float]]]) -> list[float]:
        """One turn after the other, begun one after the other, until the time is over."""
        await asyncio.sleep(random.random() * 1.5)
        end, found = time.monotonic() + seconds, []
        while time.monotonic() < end:
            found += await turn(self)
        return found

    async def send(self, kind: str, **fields: Any) -> None:
        await self.line.send(json.dumps({"type": kind, **fields}))

    async def say(self, text: str) -> None:
        await self.send("chat", content=text, client_id=str(uuid7()))

    async def frame(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.line.recv(), 60))
        if frame["type"] == "error":
            raise RuntimeError(frame["code"])
        return frame


class _Microphone:
    """It is on for one line and its reply, hands-free."""

    def __init__(self, seat: _Seat) -> None:
        self._seat, self._id, self._sent = seat, str(uuid7()), 0
        self._sending: asyncio.Task[None] | None = None

    async def on(self) -> None:
        await self._seat.send("audio_start", codec="webm", client_id=self._id)
        while (await self._seat.frame())["type"] != "audio_ack":
            pass
        self._sending = asyncio.create_task(self._send())

    async def off(self) -> None:
        assert self._sending is not None
        self._sending.cancel()
        with suppress(asyncio.CancelledError):
            await self._sending
        await self._seat.send("audio_end", client_id=self._id, last_seq=self._sent)
        while (await self._seat.frame())["type"] != "audio_over":
            pass

    async def _send(self) -> None:
        began = time.monotonic()
        for number, piece in enumerate(self._seat.recording, 1):
            await asyncio.sleep(began + number * PIECE_SECONDS - time.monotonic())
            self._sent = number
            await self._seat.line.send(number.to_bytes(4, "big") + piece)


async def _called(seat: _Seat) -> list[float]:
    """Said into the microphone, and answered aloud."""
    if not seat.recording:
        await seat.say(SAID)
        return await _answered(seat)
    microphone = _Microphone(seat)
    await microphone.on()
    while (frame := await seat.frame())["type"] != "stt_final":
        pass
    await seat.say(frame["text"])
    found = await _answered(seat)
    await microphone.off()
    return found


async def _answered(seat: _Seat) -> list[float]:
    """Milliseconds from the piece of text with which the first sentence is known to be whole to its first sound. The
    next line is said when a person would say it: the sound has an end, and it is not waited for."""
    cutter, whole, heard, is_open = Cutter(), 0.0, 0.0, {"ai_end", "tts_end"}
    while is_open:
        frame = await seat.frame()
        now = time.monotonic()
        if frame["type"] == "ai_chunk" and not whole and cutter.feed(frame["content"]):
            whole = now
        elif frame["type"] == "tts_chunk" and not heard:
            heard = now
        elif frame["type"] == "tts_end" and frame["reason"] != "complete":
            raise RuntimeError(f"not said to its end: {frame['reason']} {frame.get('message', '')}")
        is_open.discard(frame["type"])
    return [(heard - whole) * 1e3] if whole and heard else []


async def _read(seat: _Seat) -> list[float]:
    """Milliseconds from the model's hand to the reader's eye, token by token."""
    await seat.say(SAID)
    delays: list[float] = []
    while True:
        frame = await seat.frame()
        now = time.monotonic_ns() / 1e6
        if frame["type"] == "ai_chunk":
            delays += [now - int(stamp) / 1e3 for stamp in STAMP.findall(frame["content"])]
        elif frame["type"] == "ai_end":
            return delays
