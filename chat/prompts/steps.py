"""Where the talk begins in a prompt, once not all of it goes in: a place that stays for many turns.

A beginning that moved at every turn would be where providers' caches miss. Among the messages that it may begin with,
it is the one whose id weighs least when its bits are mixed. While the talk goes on that is mostly the same one: of n
messages it changes at every (n + 1) / 2. Nothing has to be remembered, so whoever builds a prompt again, on another
branch or in a room finds the same beginning. docs/prompts.md, "What providers keep".
"""

from collections.abc import Sequence
from uuid import UUID

MOST_MESSAGES, LEAST_MESSAGES = 80, 40

GOLDEN, BITS = 0x9E3779B97F4A7C15, (1 << 64) - 1


def beginning(ids: Sequence[UUID]) -> int:
    """The place among these, which follow each other."""
    return min(range(len(ids)), key=lambda at: ids[at].int * GOLDEN & BITS)


def kept_of(newest_first: Sequence[UUID]) -> int:
    """How many of the newest messages of a branch go in: all below MOST_MESSAGES, else LEAST_MESSAGES and more."""
    if len(newest_first) < MOST_MESSAGES:
        return len(newest_first)
    return LEAST_MESSAGES + beginning(newest_first[LEAST_MESSAGES - 1 : MOST_MESSAGES])
