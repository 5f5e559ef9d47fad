"""What the sky does for a mood: painted between the moon and the scenery, never in front of the face."""

import math
from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, MOON, curve, disc, fill, line

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def still(stage: "Stage", x: float, y: float, r: float) -> str:
    return ""


def rays(stage: "Stage", x: float, y: float, r: float) -> str:
    out = ""
    for i in range(28):
        a = math.radians(i * 360 / 28 + 3)
        reach = (1.62, 1.34)[i % 2]
        near = (x + r * 1.17 * math.cos(a), y + r * 1.17 * math.sin(a))
        far = (x + r * reach * math.cos(a), y + r * reach * math.sin(a))
        out += line(f"M{near[0]:.0f} {near[1]:.0f}L{far[0]:.0f} {far[1]:.0f}", 3 if i % 2 == 0 else 2, GOLD, 0.8)
    return out


def rain(stage: "Stage", x: float, y: float, r: float) -> str:
    out = ""
    for i in range(46):
        px, py = (i * 137) % 620 - 10, (i * 89) % 560 + 20
        out += line(f"M{px} {py}l-9 {26 + i % 3 * 9}", 1.5, MOON, 0.3 + i % 3 * 0.1)
    return _cloud(stage, x - r * 0.5, y - r * 0.3, 1.15) + _cloud(stage, x + r * 0.7, y - r * 0.72, 0.9) + out


def embers(stage: "Stage", x: float, y: float, r: float) -> str:
    out = ""
    for i in range(15):
        a = math.radians(i * 24 + 8)
        inner, outer, half = r * 1.14, r * (1.75 if i % 2 else 1.42), 0.055
        tip = f"{x + outer * math.cos(a):.0f} {y + outer * math.sin(a):.0f}"
        left = f"{x + inner * math.cos(a - half):.0f} {y + inner * math.sin(a - half):.0f}"
        right = f"{x + inner * math.cos(a + half):.0f} {y + inner * math.sin(a + half):.0f}"
        out += fill(f"M{left}L{tip}L{right}Z", stage.accent, 0.8)
    sparks = ((i * 71 % 560 + 20, i * 113 % 520 + 30, 1.4 + i % 3) for i in range(26))
    return out + "".join(disc(px, py, pr, "#ffb45e", 0.8) for px, py, pr in sparks)


def eclipse(stage: "Stage", x: float, y: float, r: float) -> str:
    """A dark disc slides over the moon and leaves a crescent."""
    dark = disc(x + r * 0.2, y + r * 0.1, r * 0.93, stage.top, 0.94)
    waves = "".join(
        line(
            curve([(-10, h), (140, h - 12), (300, h + 10), (460, h - 10), (620, h + 6)], False),
            1.4,
            MOON,
            0.22,
        )
        for h in (70, 100, 136, 178, 226)
    )
    return dark + line(f"M{x - r * 0.62:.0f} {y - r * 0.62:.0f}l3 3", 5, MOON) + waves


def rings(stage: "Stage", x: float, y: float, r: float) -> str:
    out = "".join(
        disc(x, y, r * k, "none", 0.7, f' stroke="{GOLD}" stroke-width="{w}"')
        for k, w in ((1.22, 3), (1.4, 2), (1.62, 1.2))
    )
    for i in range(18):
        a = math.radians(i * 20 + 10)
        px, py = x + r * 1.51 * math.cos(a), y + r * 1.51 * math.sin(a)
        out += disc(px, py, 3.2, GOLD)
    return out


def petals(stage: "Stage", x: float, y: float, r: float) -> str:
    out = ""
    for i in range(20):
        px, py, turn = (i * 131) % 560 + 20, (i * 83) % 470 + 40, (i * 47) % 180
        shade = ("#f6c9bd", "#e99c97", MOON)[i % 3]
        out += (
            f'<path d="M0 -11C8 -6 8 6 0 12C-8 6 -8 -6 0 -11Z" fill="{shade}" opacity="0.85" '
            f'transform="translate({px} {py}) rotate({turn}) scale({0.8 + i % 3 * 0.25:.2f})"/>'
        )
    return disc(x, y, r * 1.3, "none", 0.6, ' stroke="#f6c9bd" stroke-width="8"') + out


def orbits(stage: "Stage", x: float, y: float, r: float) -> str:
    out = ""
    for i, k in enumerate((1.22, 1.46, 1.74)):
        out += disc(
            x,
            y,
            r * k,
            "none",
            0.6,
            f' stroke="{GOLD}" stroke-width="1.4" stroke-dasharray="2 9" stroke-linecap="round"',
        )
        a = math.radians(208 + i * 58)
        out += disc(x + r * k * math.cos(a), y + r * k * math.sin(a), 7 - i, MOON)
    limb = f"M{x:.0f} {y - r:.0f}A{r:.0f} {r:.0f} 0 0 1 {x:.0f} {y + r:.0f}"
    shadow = limb + f"A{r * 1.5:.0f} {r * 1.5:.0f} 0 0 0 {x:.0f} {y - r:.0f}Z"
    return out + fill(shadow, stage.top, 0.42)


def sparks(stage: "Stage", x: float, y: float, r: float) -> str:
    out = ""
    for i in range(11):
        a = math.radians(i * 33 + 14)
        k = 1.28 + i % 3 * 0.17
        px, py, s = x + r * k * math.cos(a), y + r * k * math.sin(a), 6 + i % 3 * 4
        out += fill(
            f"M{px:.0f} {py - s:.0f}q{s * 0.2:.1f} {s * 0.8:.1f} {s} {s}q{-s * 0.8:.1f} {s * 0.2:.1f} {-s} {s}"
            f"q{-s * 0.2:.1f} {-s * 0.8:.1f} {-s} {-s}q{s * 0.8:.1f} {-s * 0.2:.1f} {s} {-s}Z",
            GOLD,
            0.9,
        )
    return out


def clouds(stage: "Stage", x: float, y: float, r: float) -> str:
    at = ((x - r * 0.62, y + r * 0.1, 1.2), (x + r * 0.55, y - r * 0.36, 1), (x + r * 1.1, y + r * 0.3, 0.8))
    return "".join(_cloud(stage, cx, cy, k) for cx, cy, k in at)


def _cloud(stage: "Stage", x: float, y: float, k: float) -> str:
    shape = [
        (-120, 18),
        (-92, -8),
        (-60, -12),
        (-34, -38),
        (10, -40),
        (34, -16),
        (72, -20),
        (112, 12),
        (60, 24),
        (-50, 26),
    ]
    d = curve([(x + a * k, y + b * k) for a, b in shape])
    return stage.paper(d, stage.far, stage.sky, None, 2, (x, y), 0.24, 0.5)


SKIES = {
    "still": still,
    "rays": rays,
    "rain": rain,
    "embers": embers,
    "eclipse": eclipse,
    "rings": rings,
    "petals": petals,
    "orbits": orbits,
    "sparks": sparks,
    "clouds": clouds,
}
