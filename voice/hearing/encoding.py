"""Speech as Opus in Ogg, for what is kept: about 3 KB a second."""

import io
from typing import Any

import av
import numpy as np

from voice.hearing.caps import RATE

BITS_A_SECOND = 24_000
CONTENT_TYPE = "audio/ogg"


def opus(sound: np.ndarray[Any, Any]) -> bytes:
    """Of samples at 16 kHz."""
    out = io.BytesIO()
    with av.open(out, mode="w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", options={"application": "voip"})
        stream.bit_rate = BITS_A_SECOND
        frame = av.AudioFrame.from_ndarray(as_integers(sound).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()


def as_integers(sound: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return (sound.clip(-1, 1) * 32_767).astype("<i2")
