"""What was said, as a file of samples."""

from struct import pack

from inference.base import SPEECH_RATE

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
