"""Chance that can be repeated: another take of a reply finds the same lore, another message rolls anew."""

from hashlib import blake2b
from uuid import UUID


def chance(seed: str, what: UUID | str, sides: int) -> int:
    """From 0 to sides - 1."""
    digest = blake2b(f"{seed}\0{what}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % sides
