"""The labels of GoEmotions, in its order, and what they are rolled up to."""

from collections.abc import Mapping

LABELS: tuple[str, ...] = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
PLACE: Mapping[str, int] = {label: at for at, label in enumerate(LABELS)}
NEUTRAL = PLACE["neutral"]

# As the authors of the data map them.
EKMAN: Mapping[str, tuple[str, ...]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": (
        "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride", "admiration",
        "desire", "caring",
    ),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "neutral": ("neutral",),
}  # fmt: skip

# Valence, arousal and dominance of each, from -1 to 1: how pleasant, how stirred, how much in command. Set by us from
# what the words mean; no lexicon of ratings was taken, as those that exist are not free.
VAD: Mapping[str, tuple[float, float, float]] = {
    "admiration": (0.7, 0.2, -0.1), "amusement": (0.8, 0.5, 0.3), "anger": (-0.7, 0.8, 0.5),
    "annoyance": (-0.5, 0.4, 0.2), "approval": (0.5, 0.0, 0.3), "caring": (0.6, 0.0, 0.3),
    "confusion": (-0.2, 0.2, -0.4), "curiosity": (0.3, 0.4, 0.1), "desire": (0.5, 0.6, 0.0),
    "disappointment": (-0.6, -0.2, -0.4), "disapproval": (-0.5, 0.2, 0.3), "disgust": (-0.8, 0.4, 0.1),
    "embarrassment": (-0.5, 0.3, -0.6), "excitement": (0.8, 0.9, 0.3), "fear": (-0.8, 0.8, -0.8),
    "gratitude": (0.8, 0.2, -0.1), "grief": (-0.9, -0.2, -0.7), "joy": (0.9, 0.5, 0.4), "love": (0.9, 0.4, 0.2),
    "nervousness": (-0.5, 0.6, -0.6), "optimism": (0.6, 0.3, 0.4), "pride": (0.7, 0.4, 0.7),
    "realization": (0.1, 0.3, 0.1), "relief": (0.6, -0.4, 0.2), "remorse": (-0.7, 0.0, -0.6),
    "sadness": (-0.8, -0.3, -0.6), "surprise": (0.2, 0.8, -0.1), "neutral": (0.0, -0.1, 0.0),
}  # fmt: skip
