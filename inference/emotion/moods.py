"""What a face shows of a feeling: the moods in which portraits are drawn (`characters.portraits.moods`)."""

from collections.abc import Mapping

from inference.emotion.feeling import Feeling
from inference.emotion.labels import NEUTRAL

CALM = "calm"
DOUBT = 0.75  # of how neutral a line is, a mood has to be surer
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
    """The mood of which most holds; calm where no label that shows counts, or nothing much is felt as likely: a
    face that jumps at every doubt says nothing.
    """
    if feeling is None or not feeling.known:
        return CALM
    held = {mood: feeling.of(SHOWN[mood]) for label in feeling.labels if (mood := _MOOD_OF.get(label))}
    found = max(held, key=held.__getitem__, default=CALM)
    return found if held.get(found, 0.0) > DOUBT * feeling.scores[NEUTRAL] else CALM
