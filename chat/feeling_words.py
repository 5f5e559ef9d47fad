"""What feelings, moods and tones are called, for people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LABELS: Mapping[str, str | Promise] = {
    "admiration": pgettext_lazy("feeling", "admiration"),
    "amusement": pgettext_lazy("feeling", "amusement"),
    "anger": pgettext_lazy("feeling", "anger"),
    "annoyance": pgettext_lazy("feeling", "annoyance"),
    "approval": pgettext_lazy("feeling", "approval"),
    "caring": pgettext_lazy("feeling", "care"),
    "confusion": pgettext_lazy("feeling", "confusion"),
    "curiosity": pgettext_lazy("feeling", "curiosity"),
    "desire": pgettext_lazy("feeling", "desire"),
    "disappointment": pgettext_lazy("feeling", "disappointment"),
    "disapproval": pgettext_lazy("feeling", "disapproval"),
    "disgust": pgettext_lazy("feeling", "disgust"),
    "embarrassment": pgettext_lazy("feeling", "embarrassment"),
    "excitement": pgettext_lazy("feeling", "excitement"),
    "fear": pgettext_lazy("feeling", "fear"),
    "gratitude": pgettext_lazy("feeling", "gratitude"),
    "grief": pgettext_lazy("feeling", "grief"),
    "joy": pgettext_lazy("feeling", "joy"),
    "love": pgettext_lazy("feeling", "love"),
    "nervousness": pgettext_lazy("feeling", "nervousness"),
    "optimism": pgettext_lazy("feeling", "optimism"),
    "pride": pgettext_lazy("feeling", "pride"),
    "realization": pgettext_lazy("feeling", "realisation"),
    "relief": pgettext_lazy("feeling", "relief"),
    "remorse": pgettext_lazy("feeling", "remorse"),
    "sadness": pgettext_lazy("feeling", "sadness"),
    "surprise": pgettext_lazy("feeling", "surprise"),
    "neutral": pgettext_lazy("feeling", "nothing much"),
}
MOODS: Mapping[str, str | Promise] = {
    "calm": pgettext_lazy("sounds", "calm"),
    "joy": pgettext_lazy("sounds", "glad"),
    "sorrow": pgettext_lazy("sounds", "sad"),
    "anger": pgettext_lazy("sounds", "angry"),
    "fear": pgettext_lazy("sounds", "afraid"),
    "surprise": pgettext_lazy("sounds", "surprised"),
    "tender": pgettext_lazy("sounds", "tender"),
    "thoughtful": pgettext_lazy("sounds", "thoughtful"),
    "amused": pgettext_lazy("sounds", "amused"),
    "weary": pgettext_lazy("sounds", "weary"),
}
TONES: Mapping[int, str | Promise] = {
    -2: pgettext_lazy("tone", "Dark"),
    -1: pgettext_lazy("tone", "Serious"),
    0: pgettext_lazy("tone", "As it comes"),
    1: pgettext_lazy("tone", "Light"),
    2: pgettext_lazy("tone", "Exuberant"),
}
