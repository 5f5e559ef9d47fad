"""What lines feel like, in a turn: read once by process, sealed beside the line, told to the model in moods.

Nothing is fetched for it: what a branch has felt like lately follows from its words, which every turn reads anyway.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from accounts.encryption import Cipher, Place
from chat.models.message import FEELING
from chat.prompts import Said
from chat.prompts.context import Tone
from inference.emotion.feeling import Feeling
from inference.emotion.moods import mood_of
from inference.emotion.reading import is_warm, read_feeling
from inference.emotion.state import LOOKED_BACK, smoothed

INLINE = 1_000  # letters read on the event loop, in a quarter to 3.5 ms as its words are known; more goes to a thread
LEAST_LINES = 3
KEPT = 4_000  # feelings, of half a kilobyte each
_kept: OrderedDict[tuple[UUID, int], Feeling] = OrderedDict()


async def felt(message_id: UUID, text: str) -> Feeling:
    if (found := _known(message_id, text)) is not None:
        return found
    if len(text) > INLINE or not is_warm():
        return _keep(message_id, text, await asyncio.to_thread(read_feeling, text))
    return _keep(message_id, text, read_feeling(text))


def noticed(message_id: UUID | None, text: str) -> Feeling | None:
    """If this line was read a moment ago. Those of people who do not want it are not."""
    return _known(message_id, text) if message_id is not None else None


async def sealed_feeling(text: str, cipher: Cipher, message_id: UUID, *, wanted: bool) -> bytes | None:
    """As it is stored beside the line; None where they do not want it read."""
    return sealed(await felt(message_id, text), cipher, message_id) if wanted else None


def sealed(feeling: Feeling, cipher: Cipher, message_id: UUID) -> bytes:
    return cipher.seal_bytes(feeling.packed(), Place(FEELING, message_id))


async def tone_of(branch: Sequence[Said], *, wish: int, reads: bool, alone: bool, speaker: str) -> Tone:
    """In company (not `alone`) only how the character sounds is told: what is made of one player's lines would show
    in a reply that others read. `speaker`: which character, where there are several."""
    if not reads:
        return Tone(wish=wish)
    own = [said for said in branch if said.role == "character" and speaker in ("", said.speaker)]
    theirs = [said for said in branch if said.role == "player"] if alone else []
    return Tone(await _lately(theirs), await _lately(own), wish)


async def _lately(lines: Sequence[Said]) -> str:
    """The mood of a state; empty where nothing is known, and before there are lines enough to speak of a state."""
    if len(lines) < LEAST_LINES:
        return ""
    lines = lines[-LOOKED_BACK:]
    known = [_known(said.id, said.text) for said in lines]
    unread = [said for said, feeling in zip(lines, known, strict=True) if feeling is None]
    if sum(len(said.text) for said in unread) > INLINE:
        for said, feeling in zip(unread, await asyncio.to_thread(_read_all, unread), strict=True):
            _keep(said.id, said.text, feeling)
    state = smoothed([feeling or await felt(said.id, said.text) for said, feeling in zip(lines, known, strict=True)])
    return mood_of(state) if state is not None else ""


def _read_all(lines: Sequence[Said]) -> list[Feeling]:
    return [read_feeling(said.text) for said in lines]


def _known(message_id: UUID, text: str) -> Feeling | None:
    """Words may change where they stand; then it is another one."""
    return _kept.get((message_id, hash(text)))


def _keep(message_id: UUID, text: str, feeling: Feeling) -> Feeling:
    _kept[message_id, hash(text)] = feeling
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return feeling


def forget() -> None:
    """All that this process has read."""
    _kept.clear()
