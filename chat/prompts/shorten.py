"""What is too long for the model's window: its beginning says what it is, its end where it leads, its middle goes."""

from collections.abc import Callable, Mapping

from inference.tokens import estimate

GAP = "\n[…]\n"


def shortened(text: str, tokens: int) -> str:
    """The text itself where it fits; else its beginning and its end, with GAP between, in at most `tokens`."""
    return _within(text, tokens, lambda kept: (kept * 3 // 5, kept - kept * 3 // 5))


def ending(text: str, tokens: int) -> str:
    """The text itself where it fits; else its end."""
    return _within(text, tokens, lambda kept: (0, kept))


def levelled(blocks: Mapping[str, str], tokens: int) -> dict[str, str]:
    """The same blocks, in at most `tokens` together: the longest give way first, short ones stay whole."""
    costs = {name: estimate(text) for name, text in blocks.items()}
    room, cap = tokens, 0
    for left, cost in zip(range(len(costs), 0, -1), sorted(costs.values()), strict=True):
        cap = room // left
        if cost > cap:
            return {name: shortened(text, cap) for name, text in blocks.items()}
        room -= cost
    return dict(blocks)


def _within(text: str, tokens: int, split: Callable[[int], tuple[int, int]]) -> str:
    cost = estimate(text)
    if cost <= tokens:
        return text
    kept = len(text) * max(0, tokens - estimate(GAP)) // cost
    while True:
        head, tail = split(kept)
        found = text[:head] + GAP + text[len(text) - tail :]
        # Dear characters may stand where it was not cut.
        if not kept or estimate(found) <= tokens:
            return found
        kept = kept * 9 // 10
