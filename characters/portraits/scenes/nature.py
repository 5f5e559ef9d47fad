"""A garden of bamboo and peaks, and the dunes of another world."""

from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, curve, disc, line
from characters.portraits.scenes.ground import hills

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def dunes(stage: "Stage") -> str:
    ring = (
        f'<g transform="rotate(-18 470 150)">{disc(470, 150, 44, stage.accent)}'
        f'<ellipse cx="470" cy="150" rx="86" ry="15" fill="none" stroke="{GOLD}" stroke-width="3"/></g>'
    )
    arches = "".join(_arch(x, y, w) for x, y, w in ((110, 330, 80), (500, 370, 100), (300, 450, 90)))
    return ring + hills(stage, 470, stage.far, 44) + stage.paper(arches, stage.mid) + hills(stage, 620, stage.near, 40)


def _arch(x: float, y: float, w: float) -> str:
    inner, top = w * 0.62, y + w * 0.5
    outside = f"M{x - w} 820Q{x - w} {y} {x} {y}Q{x + w} {y} {x + w} 820H{x + inner:.0f}"
    return outside + f"Q{x + inner:.0f} {top:.0f} {x} {top:.0f}Q{x - inner:.0f} {top:.0f} {x - inner:.0f} 820Z"


def garden(stage: "Stage") -> str:
    r, peaks, stems, leaves = stage.random, "", "", ""
    for x, y, w, tone in ((470, 350, 170, stage.far), (130, 430, 180, stage.far), (330, 500, 210, stage.mid)):
        outline = [
            (x - w, 820), (x - w * 0.6, y + 130), (x - w * 0.14, y), (x + w * 0.2, y + 16), (x + w * 0.6, y + 150),
            (x + w, 820),
        ]  # fmt: skip
        peaks += stage.paper(curve(outline), tone)
    for x in (66, 104, 528, 560):
        stems += line(f"M{x} 800V40", 7, stage.near)
        stems += "".join(line(f"M{x - 5} {y}H{x + 5}", 2, stage.far) for y in range(90 + x % 40, 800, 96))
        for _ in range(9):
            top, side = r.uniform(60, 620), r.choice([-1, 1])
            leaf = [(x, top), (x + side * 26, top + 4), (x + side * 66, top + 40), (x + side * 24, top + 20)]
            leaves += curve(leaf)
    return peaks + hills(stage, 700, stage.near, 14) + stems + stage.paper(leaves, stage.near)
