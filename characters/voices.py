"""The voices that a character can have, by what they sound like: whoever speaks for the house knows which of its own
that is (`voice.speaking.voices`).
"""

from typing import Any

from django.utils.translation import pgettext_lazy

VOICES: dict[str, tuple[Any, Any]] = {
    "warm": (pgettext_lazy("voice", "Warm"), pgettext_lazy("voice", "a woman, close by")),
    "bright": (pgettext_lazy("voice", "Bright"), pgettext_lazy("voice", "a woman, quick")),
    "soft": (pgettext_lazy("voice", "Soft"), pgettext_lazy("voice", "a woman, gentle")),
    "calm": (pgettext_lazy("voice", "Calm"), pgettext_lazy("voice", "a woman, measured")),
    "clear": (pgettext_lazy("voice", "Clear"), pgettext_lazy("voice", "neither high nor low")),
    "light": (pgettext_lazy("voice", "Light"), pgettext_lazy("voice", "a man, young")),
    "wry": (pgettext_lazy("voice", "Wry"), pgettext_lazy("voice", "a man with a story")),
    "grand": (pgettext_lazy("voice", "Grand"), pgettext_lazy("voice", "a man on a stage")),
    "worn": (pgettext_lazy("voice", "Worn"), pgettext_lazy("voice", "a man, older")),
    "deep": (pgettext_lazy("voice", "Deep"), pgettext_lazy("voice", "a man, slow")),
}
USUAL = "clear"
PACES: dict[str, tuple[Any, float]] = {
    "slow": (pgettext_lazy("pace of a voice", "Slowly"), 0.88),
    "usual": (pgettext_lazy("pace of a voice", "As usual"), 1.0),
    "quick": (pgettext_lazy("pace of a voice", "Quickly"), 1.14),
}
