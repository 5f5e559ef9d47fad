"""What a face shows of a feeling: the moods in which portraits are drawn (`characters.portraits.moods`)."""

from collections.abc import Mapping

from inference.emotion.feeling import Feeling

CALM = "calm"
SHOWN: Mapping[str, tuple[str, ...]] = {
    "joy": ("joy", "excitement", "optimism", "pride", "gratitude", "relief"),
    "sorrow": ("sadness", "grief", "remorse"),
    "anger": ("anger", "annoyance", "disgust", "disapproval"),
    "fear": ("fear", "nervousness"),
    "surprise": ("surprise", "realization"),
    "tender": ("love", "caring", "admiration", "desire", "embarrassment"),
    "thoughtful": ("curiosity", "confusion"),
    "amused": ("amusement",),
    "weary": ("disappointment",),
}
_MOOD_OF = {label: mood for mood, labels in SHOWN.items() for label in labels}


def mood_of(feeling: Feeling | None) -> str:
    """The mood of which most holds; calm where no label that shows counts."""
    if feeling is None or not feeling.known:
        return CALM
    held = {mood for label in feeling.labels if (mood := _MOOD_OF.get(label))}
    return max(held, key=lambda mood: feeling.of(SHOWN[mood]), default=CALM)
