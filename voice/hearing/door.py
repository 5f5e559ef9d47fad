"""The door to the audio worker: `process_chunk`, `flush`, `stats`, `health`; `packed` for what was said. What waits
here waits in the event loop; what works works in another process.
"""

import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

from voice.hearing import words
from voice.hearing.caps import MOST_BYTES, MOST_PIECE, WAIT_SECONDS
from voice.hearing.words import Begin, Flush, Pack, Packed, Piece, Refusal, Refused, Report

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("av", "soxr", "webrtcvad", "numpy")
STARTING_SECONDS = 20.0
AT_ONCE = 50  # recordings of one server process
HEALTH_SECONDS = 2.0  # for an answer: it does nothing but fork
PACKING_SECONDS = 120.0  # on a machine that has much else to do


def is_installed() -> bool:
    return all(find_spec(name) for name in NEEDED)


class WorkerAway(Exception):
    """The audio worker does not answer, or has as much to do as it can."""


@dataclass
class Counters:
    """Since this process began, but for `open`."""

    open: int = 0
    recordings: int = 0
    refused: int = 0
    killed: int = 0
    starts: int = 0
    pieces: int = 0
    bytes: int = 0
    phrases: int = 0
    packed: int = 0  # replies that were said, as MP3
    seconds: float = 0.0  # of sound
    busy: float = 0.0  # seconds that its pieces took, one by one


@dataclass
class Stats:
    """Of one recording."""

    pieces: int = 0
    bytes: int = 0
    phrases: int = 0
    seconds: float = 0.0
    slowest: float = 0.0  # seconds for one piece
    noise_level: float = 0.0
    speech_probability: float = 0.0


@dataclass(frozen=True)
class Health:
    """`unused`: nobody has spoken yet, so there is none. `busy`: it takes no more recordings right now. `away`: it did
    not answer, or did not start; the next recording begins it anew. `seconds` until it answered."""

    state: Literal["unused", "well", "busy", "away"]
    seconds: float = 0.0


class Child:
    """A process that works on one recording."""

    def __init__(self, number: int, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], worker: "AudioWorker"):
        self._number, self._worker = number, worker
        self._reader, self._writer = line

    async def tell(self, message: words.ToChild) -> None:
        self._writer.write(words.packed(message))
        await self._writer.drain()

    async def answer(self) -> words.FromChild:
        """Raises EOFError, OSError, ValueError when it is no more."""
        head = await self._reader.readexactly(4)
        return words.from_child(await self._reader.readexactly(words.length_in(head)))

    def kill(self) -> None:
        self._worker.kill(self._number)

    def close(self) -> None:
        self._writer.close()


class Recording:
    """One at work. Not for two callers at once: a piece waits for the one before it."""

    def __init__(self, child: Child, counters: Counters):
        self._child, self._all = child, counters
        self._stats = Stats()
        self._over = False

    async def process_chunk(self, data: bytes) -> Report:
        """What was heard in it. Raises Refused, after which there is nothing more to be heard."""
        stats = self._stats
        stats.pieces, stats.bytes = stats.pieces + 1, stats.bytes + len(data)
        if len(data) > MOST_PIECE or stats.bytes > MOST_BYTES:
            raise self._refused("audio_too_large")
        return await self._asked(Piece(data))

    async def flush(self) -> Report:
        """There are no more pieces: what was said last, and the clip where one was wanted. Raises Refused."""
        return await self._asked(Flush())

    def stats(self) -> Stats:
        return self._stats

    async def _asked(self, message: words.ToChild) -> Report:
        if self._over:
            raise Refused("audio_unreadable", "it is over")
        began = time.monotonic()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._child.tell(message)
                answer = await self._child.answer()
        except TimeoutError:
            self._child.kill()
            raise self._refused("audio_too_slow") from None
        except (EOFError, OSError, ValueError):
            raise self._refused("audio_unreadable", "the decoder ended") from None
        took = time.monotonic() - began
        if isinstance(answer, Refusal):
            raise self._refused(answer.code, answer.detail)
        assert isinstance(answer, Report)
        self._count(answer, took)
        return answer

    def _count(self, report: Report, took: float) -> None:
        stats, all_of_them = self._stats, self._all
        all_of_them.seconds += report.seconds - stats.seconds
        all_of_them.busy += took
        all_of_them.pieces += not report.done
        all_of_them.phrases += len(report.phrases)
        stats.seconds, stats.slowest = report.seconds, max(took, stats.slowest)
        stats.phrases += len(report.phrases)
        stats.noise_level, stats.speech_probability = report.noise_level, report.speech_probability
        self._over = report.done

    def _refused(self, code: words.RefusalCode, detail: str = "") -> Refused:
        self._over = True
        self._all.refused += 1
        logger.info("recording refused: %s %s", code, detail)
        return Refused(code, detail)

    async def close(self) -> None:
        if not self._over:
            self._child.kill()
        self._all.bytes += self._stats.bytes
        self._child.close()


class AudioWorker:
    """The worker process of an event loop: started with the first recording, and again when it died."""

    def __init__(self) -> None:
        self.counters = Counters()
        self._control: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._packing = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._beginning: asyncio.Task[socket.socket] | None = None
        self._failed = False  # to start, the last time
        self._numbers = count(1)

    @asynccontextmanager
    async def recording(self, wrapping: str, *, keep: bool = False) -> AsyncIterator[Recording]:
        """WorkerAway when it cannot be begun."""
        if self.counters.open >= AT_ONCE:
            raise WorkerAway("busy")
        self.counters.open += 1
        try:
            recording = Recording(await self._born(Begin(wrapping, keep)), self.counters)
            self.counters.recordings += 1
            try:
                yield recording
            finally:
                await recording.close()
        finally:
            self.counters.open -= 1

    async def packed(self, pcm: bytes, rate: int) -> bytes:
        """Samples of what was said aloud, as MP3. One after the other, by a child that everything else goes before.
        Raises WorkerAway."""
        async with self._packing:
            child = await self._born(Pack(rate))
            try:
                async with asyncio.timeout(PACKING_SECONDS):
                    for at in range(0, len(pcm), MOST_PIECE):
                        await child.tell(Piece(pcm[at : at + MOST_PIECE]))
                    await child.tell(Flush())
                    answer = await child.answer()
            except (TimeoutError, EOFError, OSError, ValueError) as error:
                child.kill()
                raise WorkerAway(type(error).__name__) from error
            finally:
                child.close()
        assert isinstance(answer, Packed)
        self.counters.packed += 1
        return answer.data

    async def health(self) -> Health:
        """One that died since its last recording is begun again by asking. Takes HEALTH_SECONDS at most."""
        if not self.counters.starts and not self._failed:
            return Health("unused")
        began = time.monotonic()
        try:
            async with asyncio.timeout(HEALTH_SECONDS), self._asking:
                control = await asyncio.shield(self._begun())
                await self._answers(control, b"ping %d" % next(self._numbers))
        except (OSError, TimeoutError) as error:
            logger.warning("audio worker away: %s", type(error).__name__)
            return Health("away", time.monotonic() - began)
        took = time.monotonic() - began
        return Health("busy" if self.counters.open >= AT_ONCE else "well", took)

    def _begun(self) -> asyncio.Task[socket.socket]:
        """A start takes longer than who asks will wait, and goes on without them."""
        if self._beginning is None or self._beginning.done():
            self._beginning = asyncio.create_task(self._started())
            self._beginning.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._beginning

    async def _answers(self, control: socket.socket, asked: bytes) -> None:
        """Raises OSError when it is no more. Answers to what was asked too long ago are passed over."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(control, asked)
        while said := await loop.sock_recv(control, 64):
            if said == asked:
                return
        raise ConnectionResetError

    async def _born(self, begin: Begin | Pack) -> Child:
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        try:
            control = await self._started()
            socket.send_fds(control, [b"open %d" % number], [theirs.fileno()])
        except OSError as error:
            ours.close()
            await self.stop()
            raise WorkerAway(type(error).__name__) from error
        finally:
            theirs.close()
        ours.setblocking(False)
        line = await asyncio.open_unix_connection(sock=ours, limit=words.MOST)
        line[1].write(words.packed(begin))
        return Child(number, line, self)

    def kill(self, number: int) -> None:
        self.counters.killed += 1
        try:
            if self._control is not None:
                self._control.send(b"kill %d" % number)
        except OSError:
            pass  # it died with all its children

    async def stop(self) -> None:
        control, process, self._control, self._process = self._control, self._process, None, None
        if control is not None:
            control.close()
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _started(self) -> socket.socket:
        async with self._starting:
            if self._control is None or self._process is None or self._process.returncode is not None:
                await self.stop()
                await self._start()
            assert self._control is not None
            return self._control

    async def _start(self) -> None:
        # Whole messages: two lines that are sent at once stay two.
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._failed = True
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "voice.hearing.worker",
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                cwd=ROOT,
                # Whoever takes over a decoder finds no keys and no passwords in it.
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
        finally:
            theirs.close()
        ours.setblocking(False)
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                said = await asyncio.get_running_loop().sock_recv(ours, 64)
        except TimeoutError:
            said = b""
        if not said.startswith(b"ready"):
            ours.close()
            raise OSError("the audio worker did not start")
        self._control, self._failed = ours, False
        self.counters.starts += 1


_workers: WeakKeyDictionary[asyncio.AbstractEventLoop, AudioWorker] = WeakKeyDictionary()


def audio_worker() -> AudioWorker:
    """That of the running event loop."""
    return _workers.setdefault(asyncio.get_running_loop(), AudioWorker())


def counted() -> Counters:
    """By the workers of all event loops of this process together."""
    found = Counters()
    for worker in list(_workers.values()):
        for each in fields(Counters):
            setattr(found, each.name, getattr(found, each.name) + getattr(worker.counters, each.name))
    return found


async def stop_audio_worker() -> None:
    if worker := _workers.pop(asyncio.get_running_loop(), None):
        await worker.stop()
