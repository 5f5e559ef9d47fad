"""How a sentence is said: its speed, and what a model that minds directions is told. Pure."""

from dataclasses import dataclass

from inference.emotion.delivery import Delivery, delivery_of
from inference.emotion.reading import is_warm, read_feeling
from voice.speaking.script import Passage

SLOWEST, FASTEST = 0.6, 1.5
SAID = "Speak as a character in a play who means what they say, never announced:"
DONE = "Read this stage direction as a narrator would: quiet, even, a little lower, without acting it."


@dataclass(frozen=True, slots=True)
class Manner:
    """`speed` as a provider takes it; `style` in words, for those that take that."""

    speed: float
    style: str


def manner_of(passage: Passage, *, pace: float = 1.0) -> Manner:
    """What is done is told quietly, whatever is felt in it. What is said is said as it feels, once the weights for that
    are read: a sentence is not kept waiting for them."""
    if passage.kind == "action":
        return Manner(_within(pace * 0.96), DONE)
    felt = delivery_of(read_feeling(passage.text)) if is_warm() else Delivery()
    return Manner(_within(pace * felt.speed), f"{SAID} {felt.style}.")


def _within(speed: float) -> float:
    return round(min(FASTEST, max(SLOWEST, speed)), 2)
