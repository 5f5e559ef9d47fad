"""From recordings to phrases, by the audio worker."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import psutil
import pytest

from tests.voice import bombs
from tests.voice.sounds import RATE, hiss, pieces, silence, spoken, wrapped
from voice.hearing import door
from voice.hearing.caps import MOST_PIECE
from voice.hearing.door import AudioWorker, Health, WorkerAway
from voice.hearing.gate import cleaned
from voice.hearing.words import Phrase, Refused, Report

SENTENCE, ANOTHER = spoken(), spoken("Is anybody there?")
IN_A_ROOM = np.concatenate([silence(0.6), SENTENCE, silence(1.2), ANOTHER, silence(1.0)])
TALK = (IN_A_ROOM + hiss(len(IN_A_ROOM) / RATE + 1, -58)[: len(IN_A_ROOM)]).astype(np.float32)


@asynccontextmanager
async def worker() -> AsyncIterator[AudioWorker]:
    one = AudioWorker()
    try:
        yield one
    finally:
        await one.stop()


async def heard(one: AudioWorker, wrapping: str, data: bytes, *, keep: bool = False, count: int = 12) -> list[Report]:
    async with one.recording(wrapping, keep=keep) as recording:
        return [await recording.process_chunk(piece) for piece in pieces(data, count)] + [await recording.flush()]


def phrases_in(reports: list[Report]) -> list[Phrase]:
    return [phrase for report in reports for phrase in report.phrases]


async def test_phrases_end_by_themselves_in_every_wrapping_that_browsers_record() -> None:
    recordings = {
        "webm": wrapped(TALK, live=1),
        "ogg": wrapped(TALK, "ogg"),
        "mp4": wrapped(TALK, "mp4", codec="aac", movflags="empty_moov+frag_every_frame"),
        "wav": wrapped(TALK, "wav", codec="pcm_s16le", rate=RATE),
    }
    async with worker() as one:
        for wrapping, data in recordings.items():
            reports = await heard(one, wrapping, data, keep=wrapping == "webm")
            first, second = phrases_in(reports)
            assert (first.number, second.number) == (1, 2)
            assert abs(first.seconds - len(SENTENCE) / RATE) < 1, wrapping
            assert abs(second.seconds - len(ANOTHER) / RATE) < 1, wrapping
            assert len(first.sound) == pytest.approx(first.seconds * RATE * 2, rel=0.01)
            assert reports[-1].done, wrapping
            assert reports[-1].seconds == pytest.approx(len(TALK) / RATE, abs=0.1)
            assert bool(reports[-1].clip) == (wrapping == "webm")
            drafts = [report.draft.seconds for report in reports if report.draft]
            assert drafts, wrapping
            assert max(drafts) < first.seconds + 0.5
        assert one.counters.phrases == 8
        assert one.counters.seconds == pytest.approx(4 * len(TALK) / RATE, abs=1)


async def test_a_kept_clip_is_opus_of_the_speech_alone() -> None:
    async with worker() as one:
        clip = (await heard(one, "webm", wrapped(TALK), keep=True))[-1].clip
        assert clip.startswith(b"OggS")
        assert len(clip) < 40_000
        again = await heard(one, "ogg", clip)
    assert again[-1].seconds == pytest.approx((len(SENTENCE) + len(ANOTHER)) / RATE, abs=1)


async def test_pieces_tell_how_likely_speech_is_and_how_loud_the_room() -> None:
    quiet, loud = wrapped(hiss(3, -58)), wrapped(hiss(3, -30))
    async with worker() as one:
        for recording, level in ((quiet, -58), (loud, -30)):
            reports = await heard(one, "webm", recording)
            assert max(report.speech_probability for report in reports) < 0.3
            assert not phrases_in(reports)
            assert reports[-1].noise_level == pytest.approx(max(level, -58), abs=6)
        spoken_of = await heard(one, "webm", wrapped(TALK))
    assert max(report.speech_probability for report in spoken_of) > 0.8


def test_the_gate_makes_speech_stand_out_from_the_noise(record_property) -> None:
    """Measured on what is left of noise and speech: at 10 dB by at least 6 dB, and speech stays what it was."""
    for ratio in (5, 10, 20):
        level = 10 * np.log10(np.mean(SENTENCE**2)) - ratio
        noisy = SENTENCE + hiss(len(SENTENCE) / RATE + 1, level)[: len(SENTENCE)]
        clean = cleaned(noisy.astype(np.float32), hiss(1, level, seed=3))
        gain = quiet_parts(noisy) - quiet_parts(clean)
        kept = float(np.dot(clean, SENTENCE) / np.dot(SENTENCE, SENTENCE))
        better = ratio_of(clean / kept) - ratio_of(noisy)
        print(
            f"at {ratio} dB: the noise between words falls by {gain:.1f} dB, signal to noise in all by {better:.1f} dB"
        )
        assert gain > 10
        assert better > (1 if ratio > 10 else 3)
        assert kept > 0.8
    assert len(cleaned(SENTENCE[:100], hiss(1, -50))) == 100
    assert np.abs(cleaned(silence(0.5), silence(0.5))).max() < 1e-6


def quiet_parts(sound: np.ndarray) -> float:
    """dB, where the sentence is silent."""
    frames = SENTENCE[: len(SENTENCE) // 320 * 320].reshape(-1, 320)
    still = np.square(frames).mean(axis=1) < 1e-7
    return 10 * np.log10(np.square(sound[: len(still) * 320].reshape(-1, 320)[still]).mean() + 1e-12)


def ratio_of(sound: np.ndarray) -> float:
    return 10 * np.log10(np.square(SENTENCE).sum() / np.square(sound - SENTENCE).sum())


async def test_what_is_no_recording_is_refused_at_once() -> None:
    async with worker() as one:
        await heard(one, "wav", bombs.wav(0.5))
        for name, (wrapping, data) in bombs.all_of_them().items():
            began = time.monotonic()
            with pytest.raises(Refused, match="audio_"):
                await heard(one, wrapping, data, count=max(1, -(-len(data) // MOST_PIECE)))
            assert time.monotonic() - began < 6, name  # of a busy machine; below, on the processor, less than 2
        # Nobody else is harmed.
        assert phrases_in(await heard(one, "webm", wrapped(TALK)))
        assert one.counters.starts == 1


def test_no_bomb_takes_200_megabytes() -> None:
    code = """
import io, json, os
from tests.voice import bombs
from voice.hearing.pipeline import Pipeline
from voice.hearing.words import Refused

class Unseekable:
    def __init__(self, data):
        self.read = io.BytesIO(data).read

for name, (wrapping, data) in bombs.all_of_them().items():
    if not (pid := os.fork()):
        try:
            Pipeline().run(Unseekable(data), wrapping)
        except Refused:
            os._exit(0)
        os._exit(1)
    _, status, used = os.wait4(pid, 0)
    print(json.dumps([name, status, used.ru_maxrss, used.ru_utime + used.ru_stime]))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == len(bombs.all_of_them())
    for name, status, kilobytes, seconds in found:
        assert status == 0, name
        assert kilobytes < 200_000, name
        assert seconds < 2, name


async def test_a_decoder_that_is_led_astray_dies_alone() -> None:
    async with worker() as one:
        async with one.recording("webm") as first, one.recording("webm") as second:
            data = pieces(wrapped(TALK))
            await first.process_chunk(data[0])
            await second.process_chunk(data[0])
            victim, _other = psutil.Process(one._process.pid).children()
            victim.kill()
            with pytest.raises(Refused, match="the decoder ended"):
                await first.process_chunk(data[1])
            for piece in data[1:]:
                await second.process_chunk(piece)
            assert (await second.flush()).done
            with pytest.raises(Refused, match="it is over"):
                await second.flush()
        assert one.counters.open == 0
        one._process.kill()
        await one._process.wait()
        assert phrases_in(await heard(one, "webm", wrapped(TALK)))
        assert one.counters.starts == 2


async def test_a_decoder_holds_no_secrets_and_opens_nothing() -> None:
    async with worker() as one, one.recording("webm") as recording:
        await recording.process_chunk(pieces(wrapped(TALK))[0])
        (child,) = psutil.Process(one._process.pid).children()
        assert set(child.environ()) <= {"PATH", "PYTHONPATH", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LC_CTYPE"}
        assert child.rlimit(psutil.RLIMIT_NOFILE) == (0, 0)
        assert child.rlimit(psutil.RLIMIT_AS)[0] < 2**31
        assert child.rlimit(psutil.RLIMIT_CPU)[0] <= 4


async def test_its_health_is_told_and_one_that_died_is_begun_again_by_asking(monkeypatch) -> None:
    async with worker() as one:
        assert await one.health() == Health("unused")
        await heard(one, "webm", wrapped(TALK, live=1))
        told = await asyncio.gather(*(one.health() for _ in range(5)))
        assert {each.state for each in told} == {"well"}
        assert all(0 < each.seconds < door.HEALTH_SECONDS for each in told)
        monkeypatch.setattr(door, "AT_ONCE", 1)
        async with one.recording("webm"):
            assert (await one.health()).state == "busy"

        process = one._process
        assert process is not None
        process.kill()
        await process.wait()
        assert (await eventually_well(one)).state == "well"
        assert one.counters.starts == 2
        assert len(phrases_in(await heard(one, "webm", wrapped(TALK, live=1)))) == 2

        # One that stands still, and one that cannot start.
        monkeypatch.setattr(door, "HEALTH_SECONDS", 0.3)
        assert one._process is not None
        stopped = psutil.Process(one._process.pid)
        stopped.suspend()
        assert (await one.health()).state == "away"
        stopped.resume()
        assert (await eventually_well(one)).state == "well"  # what it says late is passed over
        await one.stop()
        monkeypatch.setattr(door.sys, "executable", "/bin/false")
        assert (await one.health()).state == "away"
        monkeypatch.undo()
        assert (await eventually_well(one)).state == "well"


async def test_who_asks_for_its_health_does_not_wait_for_a_start_that_hangs(monkeypatch, tmp_path) -> None:
    """Visitors are sent to a process that tells how it is within four seconds (deploy/kubernetes/base/web.yaml)."""
    hangs = tmp_path / "hangs"
    hangs.write_text("#!/bin/sh\nkill -STOP $$\n")
    hangs.chmod(0o700)
    async with worker() as one:
        await heard(one, "webm", wrapped(TALK, live=1))
        await one.stop()
        monkeypatch.setattr(door.sys, "executable", str(hangs))
        told = await asyncio.gather(*(one.health() for _ in range(3)))
        assert {each.state for each in told} == {"away"}
        assert max(each.seconds for each in told) < 4
        monkeypatch.undo()
        await one.stop()
        assert (await eventually_well(one)).state == "well"


async def eventually_well(one: AudioWorker) -> Health:
    async with asyncio.timeout(20):
        while (told := await one.health()).state != "well":
            pass
    return told


async def test_too_much_at_once_is_refused(monkeypatch) -> None:
    async with worker() as one:
        async with one.recording("webm") as recording:
            with pytest.raises(Refused, match="audio_too_large"):
                await recording.process_chunk(bytes(MOST_PIECE + 1))
        monkeypatch.setattr("voice.hearing.door.AT_ONCE", 0)
        with pytest.raises(WorkerAway):
            await heard(one, "webm", b"")


async def test_ten_recordings_at_once_are_each_heard_whole() -> None:
    data = wrapped(TALK)
    async with worker() as one:
        found = await asyncio.gather(*(heard(one, "webm", data) for _ in range(10)))
    assert {tuple(phrase.seconds for phrase in phrases_in(reports)) for reports in found} == {
        tuple(phrase.seconds for phrase in phrases_in(found[0]))
    }
