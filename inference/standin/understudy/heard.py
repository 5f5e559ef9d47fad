"""What the player's line is, as far as rules can tell: its kind, what it is about, and words to give back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """`topic` stands in a sentence as it is (“your brother”, “弟弟”); `quote` is a scrap of the player's words."""

    kind: str
    topic: str = ""
    quote: str = ""
    question: bool = False
    # What was spoken, stage directions taken off; the directions themselves when nothing was.
    text: str = ""
