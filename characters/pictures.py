"""Drawn portraits, ready to send: kept in memory by what they were drawn from."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from characters.portraits import DRAWING, render

# A picture is some 50 kB, packed 10: this many stay below 16 MB in a process. Drawing one takes a millisecond.
KEPT = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """`packed` is gzip; `tag` names what it was drawn from and the state of the drawing."""

    svg: bytes
    packed: bytes
    tag: str


def picture(arguments: Mapping[str, str], mood: str) -> Picture:
    """The portrait in this mood. Raises PortraitError."""
    return _drawn(json.dumps(arguments, sort_keys=True), mood)


@lru_cache(maxsize=KEPT)
def _drawn(arguments: str, mood: str) -> Picture:
    svg = render(mood=mood, **json.loads(arguments)).encode()
    digest = hashlib.sha256(f"{DRAWING}/{mood}/{arguments}".encode()).hexdigest()[:32]
    return Picture(svg, gzip.compress(svg, compresslevel=6, mtime=0), digest)
