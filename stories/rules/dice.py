"""Chance that comes out the same again: from the play's seed and the action's place in it."""

from hashlib import blake2b

from stories.format.shape import Dice


def rolled(dice: Dice, seed: str, step: int, path: str) -> tuple[int, ...]:
    digest = blake2b(f"{seed}\0{step}\0{path}".encode("utf-8", "surrogatepass"), digest_size=8 * dice.count).digest()
    return tuple(int.from_bytes(digest[at : at + 8], "big") % dice.sides + 1 for at in range(0, len(digest), 8))
