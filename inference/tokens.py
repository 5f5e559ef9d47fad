"""How many tokens a text will cost, before the provider says so."""

from collections.abc import Iterable
from math import ceil

from inference.base import ChatRequest, Line, Usage

ASCII_PER_TOKEN = 3.8
BYTES_PER_TOKEN = 3.0
LINE_OVERHEAD = 4
# No vocabulary makes more than one token of a byte, and a character has four at most. What a provider adds to a
# question (its own frame, a schema put into words), and what a model thinks before it speaks, is allowed for.
UNSEEN_PROMPT, UNSEEN_REPLY = 20_000, 200_000


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


def settled(request: ChatRequest, said: str, *, whole: Usage | None, begun: Usage | None = None) -> Usage:
    """What one reply cost: as reported, where that can be; else counted.

    `begun` is what was reported before the end: its prompt is final, what was said until then is not.
    """
    most_prompt = sum(4 * len(line.content) + 16 for line in request.lines) + UNSEEN_PROMPT
    most_said = 4 * len(said) + UNSEEN_REPLY
    if whole is not None and _can_be(whole, most_prompt, most_said):
        return whole
    if begun is not None and _can_be(begun, most_prompt, most_said):
        return Usage(begun.prompt, estimate(said), cached=begun.cached, written=begun.written, estimated=True)
    return Usage(estimate_lines(request.lines), estimate(said), estimated=True)


def _can_be(usage: Usage, most_prompt: int, most_said: int) -> bool:
    return (
        0 <= usage.cached + usage.written <= usage.prompt <= most_prompt
        and 0 <= usage.completion <= most_said
        and min(usage.cached, usage.written) >= 0
    )
