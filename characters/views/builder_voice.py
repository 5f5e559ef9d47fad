"""What the step of the voice shows beside its texts: how the character may sound."""

from typing import Any

from django.conf import settings

from characters.models import Draft
from characters.voices import PACES, USUAL, VOICES


def voice_context(draft: Draft) -> dict[str, Any]:
    """For characters/builder/voice.html."""
    shown = draft.content.get("presentation") or {}
    return {
        "speaks": bool(settings.SPEECH_MODEL),
        "voices": [(key, called, how) for key, (called, how) in VOICES.items()],
        "voice": shown.get("voice") or USUAL,
        "paces": [(key, called) for key, (called, _speed) in PACES.items()],
        "pace": shown.get("pace") or "usual",
    }
