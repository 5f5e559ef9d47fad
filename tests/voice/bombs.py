"""Recordings that are none, or more than they seem."""

import io
import struct

import av
import numpy as np

from tests.voice.sounds import hiss, silence, spoken, wrapped

IN_PIECES = "empty_moov+frag_keyframe"


def wav(seconds: float, *, rate: int = 16_000, channels: int = 1, promised: float | None = None) -> bytes:
    """Zeros, under a head that promises what one likes."""
    each = rate * channels * 2
    size = int((promised or seconds) * each)
    head = struct.pack("<HHIIHH", 1, channels, rate, each, channels * 2, 16)
    return (
        b"RIFF" + struct.pack("<I", (36 + size) % 2**32) + b"WAVEfmt " + struct.pack("<I", 16) + head
        + b"data" + struct.pack("<I", size) + bytes(int(seconds * each))
    )  # fmt: skip


def film(wrapping: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, mode="w", format=wrapping) as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        for _ in range(25):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            for packet in picture.encode(frame):
                container.mux(packet)
        for packet in picture.encode(None):
            container.mux(packet)
    return out.getvalue()


def all_of_them() -> dict[str, tuple[str, bytes]]:
    """By name: the wrapping it is said to have, and the bytes."""
    webm, whole = wrapped(spoken()), wrapped(spoken(), "wav", codec="pcm_s16le", rate=16_000)
    noise = np.random.default_rng(1).bytes(200_000)
    return {
        "ten hours in the head": ("wav", wav(1, promised=36_000)),
        "more in the head than there is": ("wav", wav(1, promised=60)),
        "eight channels": ("wav", wav(0.2, rate=192_000, channels=8)),
        "a rate for bats": ("wav", wav(0.2, rate=192_000)),
        "three channels of AAC": ("mp4", wrapped(spoken(), "mp4", codec="aac", layout="3.0", movflags=IN_PIECES)),
        "video in Matroska": ("webm", film("matroska")),
        "video in MP4": ("mp4", film("mp4")),
        "cut in the middle": ("webm", webm[: len(webm) // 2 + 1]),
        "a cut wav": ("wav", whole[: len(whole) // 2]),
        "a head alone": ("webm", webm[:200]),
        "nothing": ("webm", b""),
        "two minutes and a half of nearly nothing": ("ogg", wrapped(silence(150), "ogg")),
        "another wrapping than it says": ("ogg", webm),
        "a wrapping that nobody records": ("avi", webm),
        "a playlist": ("mp4", b"#EXTM3U\nhttp://127.0.0.1:1/secret\n"),
        **{f"random bytes as {kind}": (kind, noise) for kind in ("webm", "ogg", "mp4", "wav")},
        "random bytes behind a head": ("webm", webm[:300] + noise),
        "a codec for films": ("webm", wrapped(hiss(1, -20), "matroska", codec="ac3")),
    }  # fmt: skip
