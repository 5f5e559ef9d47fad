"""Samples as MP3, which every browser plays. For the audio worker alone: it has the libraries in memory."""

import io

import av
import numpy as np

BITS_A_SECOND = 48_000
QUICK = {"compression_level": "7"}  # of LAME, 0 to 9: half the work of the usual, and of speech as good


class Mp3:
    """A file that is written as its samples come: however long it is, it takes the memory of what is packed."""

    def __init__(self, rate: int) -> None:
        self._rate, self._out = rate, io.BytesIO()
        self._container = av.open(self._out, mode="w", format="mp3")
        self._stream = self._container.add_stream("libmp3lame", rate=rate, layout="mono", options=QUICK)
        self._stream.bit_rate = BITS_A_SECOND

    def add(self, pcm: bytes) -> None:
        """16-bit mono."""
        samples = np.frombuffer(pcm, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout="mono")
        frame.sample_rate = self._rate
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def end(self) -> bytes:
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()
        return self._out.getvalue()


def rehearse() -> None:
    """What is loaded when it is first used: a child can open no file any more."""
    file = Mp3(24_000)
    file.add(bytes(9_600))
    file.end()
