"""How a voice says what is felt."""

from dataclasses import dataclass

from inference.emotion.feeling import Feeling
from inference.emotion.moods import mood_of

SLOWEST, FASTEST = 0.8, 1.25
_STYLES = {
    "calm": "calmly, at an even pace",
    "joy": "brightly, with a smile in the voice",
    "sorrow": "softly and heavily, close to tears",
    "anger": "sharply, with held-back anger",
    "fear": "under the breath, hurried and unsteady",
    "surprise": "taken by surprise, rising at the end",
    "tender": "warmly and gently, close by",
    "thoughtful": "slowly, as if thinking aloud",
    "amused": "lightly, on the edge of a laugh",
    "weary": "tiredly, with little breath",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """`speed`, `pitch` and `volume` are factors round 1; `style` an instruction in words, for voices that take one;
    `mood` as portraits call it."""

    speed: float = 1.0
    pitch: float = 1.0
    volume: float = 1.0
    style: str = _STYLES["calm"]
    mood: str = "calm"


def delivery_of(feeling: Feeling | None) -> Delivery:
    """Stirred voices are faster, higher and louder, those in command lower; never so far that words are lost."""
    if feeling is None or not feeling.known:
        return Delivery()
    valence, arousal, dominance = feeling.vad
    mood = mood_of(feeling)
    return Delivery(
        speed=round(min(FASTEST, max(SLOWEST, 1 + 0.25 * arousal)), 3),
        pitch=round(min(1.15, max(0.88, 1 + 0.12 * arousal + 0.05 * valence - 0.08 * dominance)), 3),
        volume=round(min(1.2, max(0.8, 1 + 0.2 * arousal + 0.1 * dominance)), 3),
        style=_STYLES[mood],
        mood=mood,
    )
