"""What tells later whether a prompt that is built again is the one that was sent, when no word of it was kept."""

import hashlib
from collections.abc import Iterable

from inference.base import Line


def digest_of(lines: Iterable[Line]) -> str:
    """128 bits, hexadecimal."""
    hashed = hashlib.blake2b(digest_size=16)
    for line in lines:
        hashed.update(f"{line.role}\0{line.content}\0".encode(errors="surrogatepass"))
    return hashed.hexdigest()
