"""Moods: what a feeling does to a face in profile, to the head, to the light and to the sky.

Offsets are in pixels of the 600 by 800 sheet, y downwards; the figure looks left, so turning by a positive angle lifts
the face and by a negative one bows it.
"""

from dataclasses import dataclass, replace

from characters.portraits.palettes import Light


@dataclass(frozen=True, slots=True)
class Expression:
    """`brow_front` is the end at the nose. `eye` is how far it is open (1 at rest; at `smiling` it is an arc)."""

    brow_front: float = 0
    brow_mid: float = 0
    brow_back: float = 0
    furrow: float = 0
    eye: float = 1
    smiling: bool = False
    closed: bool = False
    lid: float = 0
    gaze: tuple[float, float] = (0, 0)
    corner: float = 0
    parted: float = 0
    teeth: bool = False
    pressed: bool = False
    cheek: float = 0.09
    fold: float = 0
    tear: bool = False
    tilt: float = 0
    step: tuple[float, float] = (0, 0)
    spread: float = 1


@dataclass(frozen=True, slots=True)
class Mood:
    expression: Expression
    light: Light
    sky: str


DAY = Light("#808080", 0, 0, 0, "#f7ecd0", "#e9c878")

MOODS: dict[str, Mood] = {
    "calm": Mood(Expression(), DAY, "still"),
    "joy": Mood(
        Expression(brow_front=-5, brow_mid=-7, brow_back=-3, smiling=True, corner=9, parted=9, teeth=True,
                   cheek=0.3, fold=0.7, tilt=5, step=(4, -4), spread=1.12),
        Light("#ffc65a", 0.38, 0.2, 0.1, "#fff4cf", "#ffcf66"), "rays"),
    "sorrow": Mood(
        Expression(brow_front=-10, brow_mid=-1, brow_back=6, furrow=0.4, eye=0.62, lid=5, gaze=(-1, 3),
                   corner=-8, cheek=0.05, fold=0.35, tear=True, tilt=-9, step=(-4, 10), spread=0.78),
        Light("#26415f", 0.55, 0.36, 0.16, "#dfe6e4", "#9fb3bd"), "rain"),
    "anger": Mood(
        Expression(brow_front=13, brow_mid=2, brow_back=-8, furrow=1, eye=0.72, lid=4, corner=-5, parted=5,
                   teeth=True, cheek=0.2, fold=0.9, tilt=-4, step=(-12, 4), spread=1.3),
        Light("#8d1c12", 0.56, 0.34, 0.12, "#ffd9a8", "#e2603a"), "embers"),
    "fear": Mood(
        Expression(brow_front=-13, brow_mid=-9, brow_back=1, furrow=0.7, eye=1.9, gaze=(2, 0), corner=-5,
                   parted=6, cheek=0, tilt=3, step=(12, 4), spread=1.22),
        Light("#16262b", 0.66, 0.42, 0.2, "#d9e2c8", "#8fa487"), "eclipse"),
    "surprise": Mood(
        Expression(brow_front=-15, brow_mid=-18, brow_back=-11, eye=1.75, gaze=(-2, 0), corner=-1, parted=13,
                   cheek=0.13, tilt=4, step=(8, -6), spread=1.25),
        Light("#fdf1cf", 0.34, 0.2, 0.08, "#fffbe9", "#ffe9a8"), "rings"),
    "tender": Mood(
        Expression(brow_front=-7, brow_mid=-4, brow_back=3, eye=0.6, lid=4, gaze=(0, 2), corner=6, cheek=0.26,
                   fold=0.3, tilt=-6, step=(-2, 5), spread=0.9),
        Light("#d9818a", 0.36, 0.22, 0.08, "#fff0e2", "#f3b3a0"), "petals"),
    "thoughtful": Mood(
        Expression(brow_front=-2, brow_mid=-7, brow_back=-6, furrow=0.25, eye=0.92, gaze=(1, -4), corner=-2,
                   pressed=True, cheek=0.07, tilt=8, step=(3, -2), spread=0.95),
        Light("#3a3866", 0.45, 0.28, 0.08, "#eef0ee", "#c3c8de"), "orbits"),
    "amused": Mood(
        Expression(brow_front=4, brow_mid=-5, brow_back=-9, eye=0.66, lid=3, gaze=(-1, 0), corner=8,
                   pressed=True, cheek=0.18, fold=0.45, tilt=-2, step=(-3, 1), spread=1.08),
        Light("#e0913a", 0.24, 0.14, 0.05, "#fbeec6", "#eec46a"), "sparks"),
    "weary": Mood(
        Expression(brow_front=-3, brow_mid=2, brow_back=5, closed=True, lid=7, corner=-4, cheek=0.04, fold=0.5,
                   tilt=-7, step=(-3, 8), spread=0.72),
        Light("#4b4652", 0.44, 0.3, 0.1, "#e8dcc6", "#b79f78"), "clouds"),
}  # fmt: skip

# The face a figure wears at rest: brow and mouth, from the seed of its character rather than of the moment.
TEMPERS: dict[str, tuple[float, float, float]] = {
    "calm": (0, 0, 0),
    "stern": (7, -3, -1),
    "warm": (-3, 4, 1),
    "sly": (4, 5, 1),
    "sad": (-6, -4, -1),
}


def expression_of(mood: str, temper: str) -> Expression:
    """The mood on this face: at rest the temper shows whole, under a feeling half of it."""
    brow, mouth, lid = (part * (1 if mood == "calm" else 0.5) for part in TEMPERS[temper])
    at = MOODS[mood].expression
    return replace(
        at,
        brow_front=at.brow_front + brow,
        brow_back=at.brow_back - brow * 0.4,
        corner=at.corner + mouth,
        eye=at.eye + lid * 0.18,
        cheek=at.cheek + 0.05 * max(mouth, 0) if mood == "calm" else at.cheek,
    )
