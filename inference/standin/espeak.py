"""`python -m inference.standin.espeak`: a mouth for the stand-in, in a process of its own.

espeak-ng has one state and one thread: requests come in one by one on stdin (a line of JSON each), and sound goes out
as it is made: a length in four bytes, then so many bytes of 16-bit mono at 24,000 a second; a length of 0 ends it. The
first of it comes at once, the rest in fewer pieces: each costs two processes as much as a word does the voice.
"""

import ctypes
import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

RATE = 24_000  # what OpenAI's `pcm` is
BUFFER_MS = 60
PIECE = 9_600  # bytes: 0.2 s
NICENESS = 5  # text of the same machine goes first
RATE_PARAMETER, VOLUME, PITCH, RANGE = 1, 2, 3, 4  # espeak_PARAMETER
USUAL_SPEED = 165  # words a minute
UTF8, SSML, END_PAUSE = 1, 0x10, 0x1000
SYNCHRONOUS = 2
Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
# OpenAI's names: a variant of espeak's, its pitch, its range, its speed.
VOICES = {
    "alloy": ("f5", 45, 45, 1.0),
    "ash": ("m7", 30, 40, 0.92),
    "ballad": ("m3", 40, 80, 0.9),
    "coral": ("f2", 50, 55, 0.97),
    "echo": ("m1", 60, 50, 1.05),
    "fable": ("m4", 50, 75, 1.04),
    "nova": ("f3", 65, 65, 1.12),
    "onyx": ("m5", 15, 40, 0.9),
    "sage": ("f4", 42, 35, 0.93),
    "shimmer": ("f1", 58, 45, 0.96),
}


class Mouth:
    def __init__(self) -> None:
        import espeakng_loader

        self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        self._made = self._lib.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, espeakng_loader.get_data_path().encode(), 0)
        if self._made <= 0:
            raise OSError("espeak-ng does not start")
        self._heard = Callback(self._hear)  # kept: the library holds its address alone
        self._lib.espeak_SetSynthCallback(self._heard)
        self._tell: Callable[[bytes], None] = lambda sound: None
        self.say({"text": "a"}, self._tell)  # so that the first who asks waits for nothing that is only loaded

    def say(self, asked: dict[str, Any], tell: Callable[[bytes], None]) -> None:
        import soxr

        stream = soxr.ResampleStream(self._made, RATE, 1, dtype="int16", quality="MQ")
        text = str(asked["text"])
        variant, pitch, spread, pace = VOICES.get(str(asked.get("voice")), VOICES["alloy"])
        language = "cmn" if any("\u3400" <= letter <= "\u9fff" for letter in text) else "en-us"
        speed = int(USUAL_SPEED * pace * float(asked.get("speed") or 1.0))
        self._lib.espeak_SetVoiceByName(f"{language}+{variant}".encode())
        for parameter, value in (
            (RATE_PARAMETER, max(80, min(450, speed))),
            (PITCH, pitch),
            (RANGE, spread),
            (VOLUME, int(asked.get("volume") or 100)),
        ):
            self._lib.espeak_SetParameter(parameter, value, 0)
        self._tell = lambda sound: tell(_resampled(stream, sound, last=False))
        data = str(asked.get("ssml") or text).encode("utf-8", "replace").replace(b"\0", b"")
        marks = SSML if asked.get("ssml") else 0  # espeak's `-m`
        self._lib.espeak_Synth(data, len(data) + 1, 0, 0, 0, UTF8 | END_PAUSE | marks, None, None)
        tell(_resampled(stream, b"", last=True))

    def _hear(self, samples: Any, count: int, events: Any) -> int:
        if count > 0:
            self._tell(ctypes.string_at(samples, count * 2))
        return 0


def _resampled(stream: Any, sound: bytes, *, last: bool) -> bytes:
    import numpy

    return bytes(stream.resample_chunk(numpy.frombuffer(sound, numpy.int16), last=last).tobytes())


class Pieces:
    """Of one request, on their way out."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._waiting, self._least = out, bytearray(), 1

    def add(self, sound: bytes) -> None:
        self._waiting += sound
        if len(self._waiting) >= self._least:
            self._least = PIECE
            self._send()

    def end(self) -> None:
        if self._waiting:
            self._send()
        self._send()

    def _send(self) -> None:
        self._out.write(len(self._waiting).to_bytes(4, "big") + self._waiting)
        self._out.flush()
        self._waiting.clear()


def main() -> None:
    os.nice(NICENESS)
    mouth = Mouth()
    for line in sys.stdin.buffer:
        pieces = Pieces(sys.stdout.buffer)
        mouth.say(json.loads(line), pieces.add)
        pieces.end()


if __name__ == "__main__":
    main()
