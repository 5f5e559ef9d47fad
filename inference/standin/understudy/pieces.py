"""A reply cut into pieces the size that models stream: a word with its space, one or two Chinese characters."""

import random
import re
from collections.abc import Iterator

PIECE = re.compile(
    r"\s*(?:[\u3400-\u9fff\uf900-\ufaff]{1,2}[，。！？、；：”’」』…—*]*|[^\s\u3400-\u9fff\uf900-\ufaff]+)|\s+"
)


def pieces(text: str, rng: random.Random) -> Iterator[str]:
    """Joined again they are the text, exactly."""
    for match in PIECE.finditer(text):
        piece = match[0]
        if len(piece.strip()) == 2 and "\u3400" <= piece.strip()[0] <= "\u9fff" and rng.random() < 0.4:
            cut = piece.index(piece.strip()[1], len(piece) - 1)
            yield piece[:cut]
            yield piece[cut:]
        else:
            yield piece


def until_stop(text: str, stop: tuple[str, ...]) -> str:
    """What comes before the first stop string."""
    ends = [at for one in stop if one and (at := text.find(one)) >= 0]
    return text[: min(ends)] if ends else text
