"""The process that decodes one recording, or packs one. It can read what it is sent, answer, and nothing else."""

import os
import resource
import socket
import sys
import time

from voice.hearing import words
from voice.hearing.caps import MEMORY, PROCESSOR_SECONDS
from voice.hearing.mp3 import Mp3
from voice.hearing.pipeline import Pipeline
from voice.hearing.words import Begin, Flush, Pack, Piece, Refused

PAGE = resource.getpagesize()
PACKING_NICENESS = 10  # on top of the worker's


def serve(line: socket.socket) -> None:
    """Until the recording is over or the other side is gone."""
    begin = receive(line)
    confine()
    match begin:
        case Begin():
            hear(line, begin)
        case Pack():
            pack(line, begin.rate)


def hear(line: socket.socket, begin: Begin) -> None:
    pipeline = Pipeline(keep=begin.keep)
    source = Pieces(line, pipeline)
    try:
        pipeline.run(source, begin.format)
        answer: words.FromChild = pipeline.report(done=True)
    except Refused as refused:
        answer = words.Refusal(refused.code, refused.detail)
    except MemoryError:
        answer = words.Refusal("audio_too_large", "memory")
    except HungUp:
        return
    line.sendall(words.packed(answer))


def pack(line: socket.socket, rate: int) -> None:
    """Nobody waits for it: whoever speaks or listens goes first."""
    os.nice(PACKING_NICENESS)
    file = Mp3(rate)
    while isinstance(message := receive(line), Piece):
        allow_processor()
        file.add(message.data)
    if isinstance(message, Flush):
        line.sendall(words.packed(words.Packed(file.end())))


class HungUp(Exception):
    """Nobody listens any more."""


class Pieces:
    """The recording as a file that is not there yet: where the decoder wants more than has come, the pieces until then
    are reported, and it waits for the next."""

    def __init__(self, line: socket.socket, pipeline: Pipeline) -> None:
        self._line, self._pipeline = line, pipeline
        self._data = memoryview(b"")
        self._owed = False
        self._over = False

    def read(self, size: int) -> bytes:
        while not self._data and not self._over:
            self._next()
        found, self._data = self._data[:size], self._data[size:]
        return bytes(found)

    def _next(self) -> None:
        if self._owed:
            self._line.sendall(words.packed(self._pipeline.report()))
            self._owed = False
        message = receive(self._line)
        allow_processor()
        match message:
            case Piece(data=data):
                self._data, self._owed = memoryview(data), True
            case Flush():
                self._over = True
            case _:
                raise HungUp


def receive(line: socket.socket) -> words.ToChild | None:
    """None when the other side has hung up."""
    try:
        head = _exactly(line, 4)
        return words.to_child(_exactly(line, words.length_in(head)))
    except (EOFError, ConnectionError):
        return None


def confine() -> None:
    """No more files and memory than a recording needs: a decoder that is led astray ends by itself."""
    allow_processor()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        with_us = int(os.pread(_STATM, 64, 0).split()[0]) * PAGE
        resource.setrlimit(resource.RLIMIT_AS, (with_us + MEMORY, with_us + MEMORY))


def allow_processor() -> None:
    """For the next piece."""
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + PROCESSOR_SECONDS, resource.RLIM_INFINITY))


def _exactly(line: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return bytes(data)


_STATM = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1
