"""Which reply shows a character's voice best: the first that the player liked, or the first that is sound."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from memory.style.measure import measure, phrases

LEAST, MOST = 12, 220  # words
_ENDS = (".", "!", "?", "…", '"', "”", "'", "’", "*", "。", "！", "？", "」", "』", "）", ")", "~", "～", "—")


class Candidate(NamedTuple):
    """A reply as it was said; `complete`: nobody stopped it and nothing broke it off."""

    id: UUID
    text: str
    complete: bool = True


class Chosen(NamedTuple):
    id: UUID
    text: str
    liked: bool


def choose(replies: Sequence[Candidate], liked: Collection[UUID] = ()) -> Chosen | None:
    """`replies` oldest first, without the opening that the author wrote. What the player liked is taken as it is."""
    for each in replies:
        if each.id in liked and each.text.strip():
            return Chosen(each.id, each.text, liked=True)
    found = next((each for each in replies if each.complete and is_sound(each.text)), None)
    return Chosen(found.id, found.text, liked=False) if found else None


def is_sound(text: str) -> bool:
    """Neither too short nor too long to show anything, ended, in one language, no program's talk, no circles."""
    said = measure(text)
    if not LEAST <= said.length <= MOST or said.program or said.listed >= 3:
        return False
    if not text.rstrip().endswith(_ENDS) or 0.15 < said.chinese < 0.85:
        return False
    if text.count("*") % 2 or text.count("“") != text.count("”"):
        return False
    runs = len(phrases(text))
    return runs * 3 >= (said.length - 12) if said.chinese < 0.5 else True
