"""A tavern, a colonnade and a study: built places, seen from within."""

from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, MOON, curve, disc, flat, line
from characters.portraits.scenes.ground import hills

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

BOTTLE = ((0, 0), (0, -34), (8, -44), (8, -62), (17, -62), (17, -44), (25, -34), (25, 0))


def tavern(stage: "Stage") -> str:
    rows = (372, 492, 612)
    bottles = "".join(
        flat([(x + dx, y + dy) for dx, dy in BOTTLE])
        for y in rows
        for x in range(44, 560, 40)
        if stage.random.random() < 0.8
    )
    boards = "".join(flat([(20, y), (580, y), (580, y + 11), (20, y + 11)]) for y in rows)
    beams = stage.paper(
        flat("0,96 600,70 600,112 0,138") + flat("86,0 124,0 124,800 86,800") + flat("496,0 530,0 530,800 496,800"),
        stage.near,
    )
    return stage.paper(bottles + boards, stage.mid) + beams + _lantern(stage, 158, 214) + _lantern(stage, 466, 176)


def _lantern(stage: "Stage", x: float, y: float) -> str:
    shape = ((-26, 0), (-18, -32), (18, -32), (26, 0), (16, 32), (-16, 32))
    glass = stage.paper(
        curve([(x + dx, y + dy) for dx, dy in shape]),
        stage.accent,
        lines=3,
        about=(x, y),
        step=0.26,
        gold=0.9,
    )
    return line(f"M{x} 100V{y - 34}", 2.5) + disc(x, y, 62, MOON, 0.16) + glass + disc(x, y, 9, MOON)


def agora(stage: "Stage") -> str:
    d, flutes = flat("40,236 300,150 560,236") + flat("40,246 560,246 560,276 40,276"), ""
    for x in (62, 176, 372, 484):
        d += flat([(x - 8, 276), (x + 62, 276), (x + 54, 300), (x, 300)])
        d += flat([(x + 2, 300), (x + 52, 300), (x + 58, 720), (x - 4, 720)])
        flutes += "".join(line(f"M{x + k} 312V720", 1.4, stage.near, 0.5) for k in (14, 27, 40))
    return (
        hills(stage, 560, stage.far)
        + stage.paper(d, stage.mid)
        + flutes
        + hills(stage, 690, stage.near, 12)
        + _sprig(stage)
    )


def _sprig(stage: "Stage") -> str:
    out = line(curve("44,560 92,500 128,420 138,340", False), 3, stage.accent)
    for x, y in ((64, 535), (92, 500), (112, 462), (128, 420), (136, 380)):
        for side in (-1, 1):
            leaf = [(x, y), (x + side * 20, y - 22), (x + side * 44, y - 26), (x + side * 24, y - 4)]
            out += stage.paper(curve(leaf), stage.accent)
    return out


def study(stage: "Stage") -> str:
    r, d, spines = stage.random, "", ""
    shelves = (230, 370, 510, 650)
    for y in shelves:
        x = 30.0
        while x < 560:
            w, h = r.uniform(15, 32), r.uniform(74, 112)
            d += flat([(x, y - h), (x + w, y - h), (x + w, y), (x, y)])
            spine = f"M{x + 4:.0f} {y - h + 16:.0f}h{w - 8:.0f}M{x + 4:.0f} {y - 16}h{w - 8:.0f}"
            spines += line(spine, 1.6, GOLD, 0.6)
            x += w + r.choice([2, 2, 2, 26])
    case = "".join(flat([(20, y), (580, y), (580, y + 13), (20, y + 13)]) for y in shelves)
    return f'<g opacity=".9">{stage.paper(d, stage.far)}{spines}</g>' + stage.paper(case, stage.near)
