"""From the bytes of a recording to samples: one channel, 16 kHz, floats from -1 to 1."""

from collections.abc import Iterator
from typing import Any, Protocol

import av
import av.error
import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.container import InputContainer

from voice.hearing.caps import CODECS, FORMATS, MOST_CHANNELS, MOST_RATE, MOST_SECONDS, RATE
from voice.hearing.words import Refused

# Found out from the head alone: a recording is heard while it is made.
PROBED_BYTES = 16 * 1024
Samples = np.ndarray[Any, np.dtype[np.float32]]


class Source(Protocol):
    def read(self, size: int) -> bytes:
        """What there is, at most so much; nothing once it is over."""
        ...


def samples_of(source: Source, wrapping: str) -> Iterator[Samples]:
    """Raises Refused as soon as it is known that this is no recording of ours."""
    if wrapping not in FORMATS:
        raise Refused("audio_unreadable", "format")
    try:
        options = {"probesize": str(PROBED_BYTES), "analyzeduration": "0"}
        with av.open(source, mode="r", format=FORMATS[wrapping], options=options) as container:
            yield from _heard(container)
    except av.error.FFmpegError as error:
        raise Refused("audio_unreadable", type(error).__name__) from None
    except (ValueError, OverflowError, MemoryError) as error:
        raise Refused("audio_unreadable", type(error).__name__) from None


def _heard(container: InputContainer) -> Iterator[Samples]:
    promised = _checked(container)
    stream = container.streams.audio[0]
    stream.codec_context.thread_count = 1
    resampler, seconds = None, 0.0
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise Refused("audio_truncated")
        for frame in packet.decode():
            rate = _checked_frame(frame)
            if resampler is None:
                resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="MQ")
                first_rate = rate
            elif rate != first_rate:
                raise Refused("audio_unreadable", "the rate changes")
            seconds += frame.samples / rate
            if seconds > MOST_SECONDS:
                raise Refused("audio_too_long")
            yield resampler.resample_chunk(_mono(frame))
    if resampler is None:
        raise Refused("audio_truncated", "empty")
    if seconds < 0.9 * promised - 0.25:
        raise Refused("audio_truncated", "shorter than it says")
    yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


def _checked(container: InputContainer) -> float:
    """Seconds that the head promises; 0 where it promises nothing."""
    if len(container.streams) != 1 or len(container.streams.audio) != 1:
        raise Refused("audio_not_sound")
    stream = container.streams.audio[0]
    if stream.codec_context.name not in CODECS:
        raise Refused("audio_not_sound", "codec")
    if not 1 <= stream.codec_context.channels <= MOST_CHANNELS:
        raise Refused("audio_too_rich", "channels")
    if not RATE // 2 <= stream.codec_context.sample_rate <= MOST_RATE:
        raise Refused("audio_too_rich", "rate")
    told = [container.duration / av.time_base] if container.duration else []
    told += [float(stream.duration * stream.time_base)] if stream.duration and stream.time_base else []
    promised = max(told, default=0.0)
    if promised > MOST_SECONDS:
        raise Refused("audio_too_long", "says so")
    return promised


def _checked_frame(frame: AudioFrame) -> int:
    if frame.layout.nb_channels > MOST_CHANNELS or not RATE // 2 <= frame.sample_rate <= MOST_RATE:
        raise Refused("audio_too_rich")
    return frame.sample_rate


def _mono(frame: AudioFrame) -> Samples:
    raw = frame.to_ndarray()
    if not frame.format.is_planar:
        raw = raw.reshape(-1, frame.layout.nb_channels).T
    scale = np.float32(1 / 32_768) if raw.dtype == np.int16 else np.float32(1)
    found: Samples = raw.astype(np.float32).mean(axis=0, dtype=np.float32) * scale
    return np.nan_to_num(found, copy=False).clip(-1, 1)
