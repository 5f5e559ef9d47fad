"""How a sentence is said: its speed, and what a model that minds directions is told. Pure."""

from dataclasses import dataclass

from voice.speaking.script import Kind

SLOWEST, FASTEST = 0.6, 1.5


@dataclass(frozen=True, slots=True)
class Delivery:
    """`speed` multiplies that of the voice; `style` says in words how."""

    speed: float = 1.0
    style: str = ""


NEUTRAL = Delivery()
SAID = "Speak as a character in a play who means what they say; natural, never announced."
DONE = "Read this stage direction as a narrator would: quiet, even, a little lower, without acting it."


def delivered(kind: Kind, mood: Delivery = NEUTRAL, *, pace: float = 1.0) -> Delivery:
    """A sentence of this kind in this mood. What is done is told quietly, whatever the mood is."""
    if kind == "action":
        return Delivery(_within(pace * 0.96), DONE)
    return Delivery(_within(pace * mood.speed), f"{SAID} {mood.style}".strip())


def _within(speed: float) -> float:
    return round(min(FASTEST, max(SLOWEST, speed)), 2)
