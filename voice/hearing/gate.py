"""A spectral gate: what is no louder than the noise between the words is turned down, band by band."""

from typing import Any

import numpy as np

SIZE, HOP = 512, 128  # 32 ms, 8 ms at 16 kHz
OVER = 1.6  # how far above its mean noise still counts as noise
FLOOR = 0.08  # -22 dB: what is turned down to nothing sounds like water
LEAST = SIZE * 4  # samples of noise that tell its colour
Array = np.ndarray[Any, Any]
_WINDOW = np.hanning(SIZE + 1)[:-1].astype(np.float32)


def cleaned(speech: Array, noise: Array) -> Array:
    """`noise` is some of what was heard when nobody spoke; with too little of it the quietest of `speech` counts."""
    if len(speech) < SIZE:
        return speech
    padded = np.concatenate((np.zeros(SIZE, np.float32), speech, np.zeros(2 * SIZE, np.float32)))
    spectrum = _spectrum(padded)
    loudness = np.abs(spectrum)
    profile = np.abs(_spectrum(noise)).mean(axis=0) if len(noise) >= LEAST else np.percentile(loudness, 15, axis=0)
    gain = np.clip(1 - (OVER * profile / np.maximum(_smoothed(loudness), 1e-9)) ** 2, FLOOR, 1)
    return _joined(spectrum * _smoothed(gain), len(padded))[SIZE : SIZE + len(speech)]


def _spectrum(sound: Array) -> Array:
    frames = np.lib.stride_tricks.sliding_window_view(sound, SIZE)[::HOP]
    return np.fft.rfft(frames * _WINDOW, axis=1)


def _joined(spectrum: Array, length: int) -> Array:
    frames = np.fft.irfft(spectrum, SIZE, axis=1) * _WINDOW
    sound = np.zeros(length, np.float32)
    parts = SIZE // HOP
    for part in range(parts):  # frames that do not overlap are laid down at once
        row = frames[part::parts].reshape(-1)
        sound[part * HOP : part * HOP + len(row)] += row[: length - part * HOP].astype(np.float32)
    return sound / np.float32((_WINDOW**2).sum() / HOP)


def _smoothed(values: Array) -> Array:
    """The mean of each with its neighbours in time and in pitch: a single band that flickers is heard as a chirp."""
    around = np.pad(values, 1, mode="edge")
    in_time = around[:-2] + around[1:-1] + around[2:]
    return (in_time[:, :-2] + in_time[:, 1:-1] + in_time[:, 2:]) / 9
