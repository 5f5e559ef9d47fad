"""Which of a provider's voices is which of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings

from characters.voices import PACES, USUAL, VOICES

# OpenAI's, and the stand-in's.
NAMED = {
    "warm": "coral",
    "bright": "nova",
    "soft": "shimmer",
    "calm": "sage",
    "clear": "alloy",
    "light": "echo",
    "wry": "fable",
    "grand": "ballad",
    "worn": "ash",
    "deep": "onyx",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """How a character sounds. `nearness`: to whom it speaks, of five (`memory.bonds`); None where that is not known.
    It makes no other voice of it: what was said to somebody who has come nearer since is still what was said."""

    name: str = USUAL
    pace: str = "usual"
    nearness: int | None = field(default=None, compare=False)

    @classmethod
    def of(cls, presentation: Mapping[str, Any]) -> Self:
        """What a version says of it; what nobody chose, and what an older one called otherwise, is the usual."""
        name, pace = presentation.get("voice"), presentation.get("pace")
        return cls(name if name in VOICES else USUAL, pace if pace in PACES else "usual")

    @property
    def speed(self) -> float:
        return PACES[self.pace][1]

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.pace

    @property
    def called(self) -> str:
        """By whoever speaks."""
        return str(settings.SPEECH_VOICES.get(self.name, NAMED[self.name]))
