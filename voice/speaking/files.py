"""What was said, as a file: MP3 where the extra is installed, which every browser plays, else WAV."""

import io
from importlib.util import find_spec
from struct import pack

from inference.base import SPEECH_RATE

BITS_A_SECOND = 48_000
SAMPLE = 2  # bytes
ENDLESS = 0xFFFF_FFFF
MIME = {"mp3": "audio/mpeg", "wav": "audio/wav"}


def seconds_of(pcm: bytes | bytearray) -> float:
    return len(pcm) / SAMPLE / SPEECH_RATE


def wav_head(size: int | None = None) -> bytes:
    """Of so many bytes of sound; None: of a stream whose end nobody knows yet."""
    whole, data = (ENDLESS, ENDLESS) if size is None else (36 + size, size)
    return (
        pack("<4sI4s", b"RIFF", whole, b"WAVE")
        + pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SPEECH_RATE, SPEECH_RATE * SAMPLE, SAMPLE, 8 * SAMPLE)
        + pack("<4sI", b"data", data)
    )


def packed(pcm: bytes) -> tuple[str, bytes]:
    """The ending of the file, and the file. Takes a moment: not for the event loop."""
    return ("mp3", _mp3(pcm)) if find_spec("av") is not None else ("wav", wav_head(len(pcm)) + pcm)


def _mp3(pcm: bytes) -> bytes:
    import av
    import numpy

    out = io.BytesIO()
    with av.open(out, mode="w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=SPEECH_RATE, layout="mono")
        stream.bit_rate = BITS_A_SECOND
        frame = av.AudioFrame.from_ndarray(numpy.frombuffer(pcm, "<i2").reshape(1, -1), format="s16p", layout="mono")
        frame.sample_rate = SPEECH_RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()
