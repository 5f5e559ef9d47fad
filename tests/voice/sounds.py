"""Recordings to listen to: a sentence as espeak-ng says it, and wrappings of every kind."""

import ctypes
import io
from fractions import Fraction
from functools import cache

import av
import espeakng_loader
import numpy as np
import soxr

RATE = 16_000
SENTENCE = "Good evening. I would like to walk to the harbour with you."


@cache
def spoken(text: str = SENTENCE, voice: str = "en-us") -> np.ndarray:
    """Floats at 16 kHz."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
    library.espeak_SetVoiceByName(voice.encode())
    parts: list[np.ndarray] = []
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

    @kind
    def heard(wave, count, events):
        if wave and count:
            parts.append(np.ctypeslib.as_array(wave, (count,)).astype(np.float32) / 32_768)
        return 0

    library.espeak_SetSynthCallback(heard)
    data = text.encode()
    library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
    library.espeak_Synchronize()
    return soxr.resample(np.concatenate(parts), rate, RATE)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def hiss(seconds: float, level: float, seed: int = 7) -> np.ndarray:
    """White noise; `level` in dB below full scale."""
    return (np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * 10 ** (level / 20)).astype(np.float32)


def wrapped(
    sound: np.ndarray, wrapping: str = "webm", *, codec: str = "libopus", rate: int = 48_000, layout="mono", **options
) -> bytes:
    """As a browser records it."""
    out = io.BytesIO()
    with av.open(
        out, mode="w", format=wrapping, options={name: str(value) for name, value in options.items()}
    ) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        channels = stream.codec_context.channels
        at_rate = soxr.resample(sound, RATE, rate) if rate != RATE else sound
        data = np.repeat((at_rate * 32_767).astype(np.int16)[None, :], channels, axis=0)
        frame = av.AudioFrame.from_ndarray(data.T.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()


def pieces(data: bytes, count: int = 12) -> list[bytes]:
    size = max(1, -(-len(data) // count))
    return [data[at : at + size] for at in range(0, len(data), size)]


def as_sound(samples: np.ndarray) -> bytes:
    """16-bit."""
    return (samples * 32_767).astype("<i2").tobytes()
