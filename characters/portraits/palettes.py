"""Nine palettes, and how the light of a mood falls on them."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Palette:
    """From the sky to the frame; `face` is the lit skin, `accent` the one strong colour."""

    top: str
    sky: str
    far: str
    mid: str
    near: str
    deep: str
    face: str
    accent: str


PALETTES = {
    "steel": Palette("#17344d", "#9db4b8", "#6d8f9d", "#3c6078", "#1f3b52", "#0b1925", "#a9825f", "#b23a2b"),
    "midnight": Palette("#071820", "#2f7470", "#255a5b", "#174249", "#0f2c35", "#061319", "#8fb3a0", "#2e8577"),
    "ember": Palette("#3a1712", "#e29b45", "#a95d29", "#6d3319", "#43190f", "#190a08", "#c98150", "#a8321f"),
    "aegean": Palette("#f0e2c2", "#dc9f68", "#bf7a4f", "#85503d", "#4d3130", "#1c1517", "#c58f66", "#25606c"),
    "fog": Palette("#4b584d", "#d8cc9c", "#9a9d7b", "#616e5b", "#36453e", "#101817", "#b3956a", "#9b3d29"),
    "coral": Palette("#0d3641", "#f0a07c", "#b0736a", "#3f6067", "#1d3c46", "#08171d", "#6fa69c", "#e07a56"),
    "celadon": Palette("#dfe8db", "#a5c4b4", "#88ad9f", "#527d77", "#2b5452", "#0d2427", "#cfa27c", "#bf4f36"),
    "moss": Palette("#1f3327", "#c2bd74", "#84925a", "#4f6641", "#2a4130", "#0d1813", "#b98a61", "#8c2f24"),
    "lamp": Palette("#0a1524", "#41708a", "#2c5269", "#1d394e", "#132739", "#070d16", "#b88a63", "#cf8f33"),
}


@dataclass(frozen=True, slots=True)
class Light:
    """What the lighting desk does: how far each sheet leans to `tint`, and the two colours of the moon.

    The figure keeps its own colours almost whole, so that it stays the same person.
    """

    tint: str
    sky: float
    scenery: float
    figure: float
    moon: str
    glow: str


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, towards: str, share: float) -> str:
    """`share` of the way from one colour to the other."""
    pairs = zip(channels(colour), channels(towards), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lit(palette: Palette, light: Light) -> Palette:
    """The palette under this light; frame and accent stay as they are."""
    shares = {"top": light.sky * 0.8, "sky": light.sky, "far": light.scenery, "mid": light.scenery * 0.6}
    shares |= {"near": light.scenery * 0.35, "face": light.figure, "deep": 0, "accent": 0}
    return Palette(
        **{field.name: mix(getattr(palette, field.name), light.tint, shares[field.name]) for field in fields(Palette)}
    )
