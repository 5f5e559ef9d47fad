"""Castle, spires, rooftops and a city: rows of towers under one sky each."""

from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, MOON, curve, disc, flat, line
from characters.portraits.scenes.ground import hills, towers

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def castle(stage: "Stage") -> str:
    def battlement(x: float, y: float, w: float) -> str:
        out = ""
        for i in range(5):
            left, right = x - 6 + i * (w + 12) / 5, x - 6 + (i + 0.6) * (w + 12) / 5
            out += flat([(left, y - 16), (right, y - 16), (right, y + 12), (left, y + 12)])
        return out

    cloth = curve("96,214 128,204 160,222 192,208 186,236 194,256 160,268 128,252 96,262")
    flag = stage.paper(cloth, stage.accent) + line("M94 205V470", 3)
    return (
        hills(stage, 430, stage.far)
        + towers(stage, 5, stage.far, battlement, (300, 420), (46, 80))
        + flag
        + towers(stage, 4, stage.mid, battlement, (420, 520), (70, 110))
        + hills(stage, 640, stage.near)
    )


def spires(stage: "Stage") -> str:
    stars = [(stage.random.uniform(60, 540), stage.random.uniform(60, 200)) for _ in range(7)]
    sign = line("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in sorted(stars)), 1, GOLD, 0.6)
    sign += "".join(disc(x, y, 3.4) for x, y in stars)

    def needle(x: float, y: float, w: float) -> str:
        ball = f"M{x + w / 2:.0f} {y - 136:.0f}m-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z"
        return flat([(x - 5, y + 2), (x + w / 2, y - 120), (x + w + 5, y + 2)]) + ball

    return (
        sign
        + towers(stage, 6, stage.far, needle, (380, 500), (30, 46))
        + towers(stage, 4, stage.mid, needle, (500, 600), (50, 80))
        + hills(stage, 690, stage.near, 20)
    )


def rooftops(stage: "Stage") -> str:
    def gable(x: float, y: float, w: float) -> str:
        chimney = [(x + w * 0.68, y - 70), (x + w * 0.86, y - 70), (x + w * 0.86, y), (x + w * 0.68, y)]
        return flat([(x - 8, y + 2), (x + w / 2, y - 54), (x + w + 8, y + 2)]) + flat(chimney)

    fog = "".join(
        f'<rect x="0" y="{y}" width="600" height="{h}" fill="{MOON}" opacity=".16"/>'
        for y, h in ((452, 26), (520, 40), (610, 30))
    )
    lamp = line("M86 800V424", 7, stage.deep) + disc(86, 392, 74, MOON, 0.2)
    lamp += stage.paper(flat("68,420 62,372 110,372 104,420") + flat("58,372 86,346 114,372"), stage.deep)
    lamp += disc(86, 396, 12, MOON)
    return (
        towers(stage, 6, stage.far, gable, (380, 450), (70, 90))
        + fog
        + towers(stage, 5, stage.mid, gable, (520, 580), (100, 120))
        + lamp
    )


def city(stage: "Stage") -> str:
    nodes = [(70, 92), (150, 128), (236, 84), (330, 122), (150, 200), (420, 76), (520, 120), (440, 190)]
    chain = "M" + "L".join(f"{x} {y}" for x, y in nodes[:4] + nodes[5:7])
    graph = line(chain + "M150 128L150 200M420 76L440 190L520 120", 1.6)
    graph += "".join(disc(x, y, 6, stage.deep, 1, f' stroke="{GOLD}" stroke-width="2"') for x, y in nodes)

    def flat_roof(x: float, y: float, w: float) -> str:
        return ""

    def mast(x: float, y: float, w: float) -> str:
        middle = x + w / 2
        return flat([(middle - 2, y - 60), (middle + 2, y - 60), (middle + 2, y), (middle - 2, y)])

    return (
        graph
        + towers(stage, 7, stage.far, flat_roof, (300, 430), (60, 82))
        + towers(stage, 5, stage.mid, mast, (430, 540), (90, 116))
    )
