"""How a sentence is said: its speed, what a model that minds directions is told, what SSML can say. Pure."""

from dataclasses import dataclass

from inference.base import Emphasis
from inference.emotion.delivery import Delivery, delivery_of
from inference.emotion.reading import is_warm, read_feeling
from voice.speaking.script import Passage

SLOWEST, FASTEST = 0.6, 1.5
SAID = "Speak as a character in a play who means what they say, never announced:"
# To whom it is said, from a stranger to the one they trust most: in words, and factors of speed and loudness.
NEAR = (
    (" Politely, as to a stranger.", 1.0, 1.0),
    ("", 1.0, 1.0),
    (" At ease, as to somebody they know well.", 1.0, 1.0),
    (" Close by, as to somebody dear.", 0.98, 0.94),
    (" Close by and low, as to the one they trust most.", 0.96, 0.88),
)
UNKNOWN = ("", 1.0, 1.0)
STRESSED = frozenset(("anger", "surprise"))  # moods in which a sentence is pressed
DONE = "Read this stage direction as a narrator would: quiet, even, a little lower, without acting it."


@dataclass(frozen=True, slots=True)
class Manner:
    """`speed` as a provider takes it; `style` in words, for those that take that; the rest, factors of the usual, for
    those that take SSML."""

    speed: float
    style: str
    pitch: float = 1.0
    volume: float = 1.0
    emphasis: Emphasis = ""


def manner_of(passage: Passage, *, pace: float = 1.0, nearness: int | None = None) -> Manner:
    """What is done is told quietly, whatever is felt in it. What is said is said as it feels, once the weights for that
    are read (a sentence is not kept waiting for them), and to whom: `nearness` from 0 to 4, None where it is not known.
    """
    if passage.kind == "action":
        return Manner(_within(pace * 0.96), DONE, pitch=0.95, volume=0.8, emphasis="reduced")
    felt = delivery_of(read_feeling(passage.text)) if is_warm() else Delivery()
    emphasis: Emphasis = "moderate" if felt.mood in STRESSED else ""
    near, slower, softer = UNKNOWN if nearness is None else NEAR[nearness]
    style = f"{SAID} {felt.style}.{near}"
    return Manner(_within(pace * felt.speed * slower), style, felt.pitch, round(felt.volume * softer, 3), emphasis)


def _within(speed: float) -> float:
    return round(min(FASTEST, max(SLOWEST, speed)), 2)
