"""How many tokens a text will cost, before the provider says so."""

from collections.abc import Iterable
from math import ceil

from inference.base import Line

ASCII_PER_TOKEN = 3.8
BYTES_PER_TOKEN = 3.0
LINE_OVERHEAD = 4


def estimate(text: str) -> int:
    """tokens = ceil(a / 3.8 + b / 3), a = ASCII characters, b = UTF-8 bytes of everything else.

    Meant to lie slightly above: English prose runs at 4.2 to 4.6 characters a token; a Chinese character (3
    bytes, so 1 token here) costs 0.6 to 1.1 depending on the vocabulary; Cyrillic and Greek count 0.67 a
    letter, an emoji 1.33. Code and rare names can still cost more: keep a margin. Two C calls, no loop: 0.4
    to 2 us per 1,000 characters.
    """
    if text.isascii():
        return ceil(len(text) / ASCII_PER_TOKEN)
    plain = len(text.encode("ascii", "ignore"))
    # A lone surrogate has no UTF-8 form and must not stop the count.
    rest = len(text.encode("utf-8", "surrogatepass")) - plain
    return ceil(plain / ASCII_PER_TOKEN + rest / BYTES_PER_TOKEN)


def estimate_lines(lines: Iterable[Line]) -> int:
    """Each line costs its text and four more for role and separators."""
    return sum(estimate(line.content) + LINE_OVERHEAD for line in lines)
