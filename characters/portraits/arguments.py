"""What a portrait is made from. Checked before anything is drawn."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from characters.portraits.frames import GATES
from characters.portraits.heads import HEADS
from characters.portraits.moods import MOODS, TEMPERS
from characters.portraits.palettes import PALETTES
from characters.portraits.scenes import SCENES
from inference.prompts.problems import reason as _

FACES = ("left", "right")
MAX_SEED = 60
NUMERAL_LETTERS = frozenset("IVXLCDM")
CHOICES: dict[str, tuple[str, ...]] = {
    "palette": tuple(PALETTES),
    "temper": tuple(TEMPERS),
    "head": tuple(HEADS),
    "scene": tuple(SCENES),
    "gate": GATES,
    "faces": FACES,
    "mood": tuple(MOODS),
}


class PortraitError(ValueError):
    """An argument that the renderer does not know. The message names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One figure on its stage. The seed moves moon, stars, towers, nose, brow and chin."""

    seed: str = "1"
    palette: str = "midnight"
    temper: str = "calm"
    head: str = "bob"
    scene: str = "garden"
    gate: str = "moon"
    faces: str = "left"
    number: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def read_portrait(arguments: Mapping[str, Any]) -> Portrait:
    """A checked portrait from stored arguments; missing ones take their defaults. Raises PortraitError."""
    known = {field.name for field in fields(Portrait)}
    unknown = sorted(set(arguments) - known)
    if unknown:
        raise PortraitError(
            _(
                "no such portrait argument: %(names)s (known: %(known)s)",
                names=", ".join(unknown),
                known=", ".join(sorted(known)),
            )
        )
    given = dict(arguments)
    if isinstance(given.get("seed"), int) and not isinstance(given["seed"], bool):
        given["seed"] = str(given["seed"])
    for name, value in given.items():
        if not isinstance(value, str):
            raise PortraitError(_("portrait argument %(name)s: expected text", name=name))
        if name in CHOICES:
            check_choice(name, value)
    portrait = Portrait(**given)
    if not 1 <= len(portrait.seed) <= MAX_SEED:
        raise PortraitError(_("portrait argument seed: expected 1 to %(limit)s characters", limit=MAX_SEED))
    if len(portrait.number) > 6 or not NUMERAL_LETTERS.issuperset(portrait.number):
        raise PortraitError(_("portrait argument number: expected a Roman numeral of at most six letters"))
    return portrait


def check_choice(name: str, value: str) -> None:
    if value not in CHOICES[name]:
        known = ", ".join(CHOICES[name])
        raise PortraitError(
            _(
                "portrait argument %(name)s: %(value)s is not one of %(known)s",
                name=name,
                value=repr(value),
                known=known,
            )
        )
