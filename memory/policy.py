"""What is remembered of a player by a character: the strictest of what the house, the character and the player say.

`agreed`: whether the player wants to be remembered at all (`accounts.consents`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from memory.models import Kind, Mode, Pair

_STRICTEST_FIRST = (Mode.OFF, Mode.ON_REQUEST, Mode.AUTOMATIC)
# What creators choose from (characters.content.MEMORY_KINDS), and which of our kinds that is.
_KINDS = {
    "fact": (Kind.ABOUT_PLAYER, Kind.ABOUT_CHARACTER),
    "preference": (Kind.PREFERENCE,),
    "event": (Kind.EVENT,),
    "promise": (Kind.PROMISE,),
    "feeling": (Kind.RELATIONSHIP,),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """`writes`: what is said is kept by itself; `asked`: what is asked for; `recalls`: what is kept comes up."""

    mode: Mode
    paused: bool
    kinds: frozenset[str]
    limit: int

    @property
    def writes(self) -> bool:
        return self.mode == Mode.AUTOMATIC and not self.paused

    @property
    def asked(self) -> bool:
        return self.mode != Mode.OFF and not self.paused

    @property
    def recalls(self) -> bool:
        return self.mode != Mode.OFF


def house_mode(*, is_guest: bool, agreed: bool = True) -> Mode:
    if not agreed:
        return Mode.OFF
    modes = [Mode(settings.MEMORY)] + [Mode(settings.MEMORY_OF_GUESTS)] * is_guest
    return strictest(*modes)


def policy_of(pair: Pair | None, *, is_guest: bool, character: Mapping[str, Any], agreed: bool = True) -> Policy:
    """`character` is the memory policy of the version that is played."""
    modes = [house_mode(is_guest=is_guest, agreed=agreed), Mode(character.get("mode") or Mode.AUTOMATIC)]
    if pair is not None and pair.mode:
        modes.append(Mode(pair.mode))
    wanted = character.get("kinds")
    kinds = [kind for name in (_KINDS if wanted is None else wanted) for kind in _KINDS.get(name, ())]
    limit = character.get("limit")
    return Policy(
        mode=strictest(*modes),
        paused=pair is not None and pair.paused_at is not None,
        kinds=frozenset(str(kind) for kind in kinds),
        limit=settings.MEMORIES_PER_PAIR if limit is None else min(limit, settings.MEMORIES_PER_PAIR),
    )


def strictest(*modes: Mode) -> Mode:
    return min(modes, key=_STRICTEST_FIRST.index)
