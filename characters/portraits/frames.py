"""The opening the audience looks through, with footlights and a numeral."""

from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, curve, fill, line

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

OPENINGS = {
    "arch": "M40 742V300A260 250 0 0 1 560 300V742Z",
    "gothic": "M40 742V330Q60 130 300 44Q540 130 560 330V742Z",
    "moon": "M114 742A276 410 0 1 1 486 742Z",
    "square": "M40 742V92Q40 52 80 52H520Q560 52 560 92V742Z",
}
GATES = tuple(OPENINGS)


def frame(stage: "Stage", gate: str, number: str) -> str:
    opening = OPENINGS[gate]
    curtain = _curtains(stage) if gate == "square" else ""
    wall = (
        f'<path d="M-20 -20H620V820H-20Z{opening}" fill-rule="evenodd" fill="{stage.deep}" filter="url(#s)"/>'
        + line(opening, 2.5)
        + f'<g transform="translate(12 15.2) scale(.96)">{line(opening, 1, GOLD, 0.6)}</g>'
    )
    corners = "" if gate == "square" else _corner(20, 1) + _corner(580, -1)
    return curtain + wall + corners + _footlights(stage, number)


def _curtains(stage: "Stage") -> str:
    shape = ((0, -20), (86, -20), (74, 120), (40, 250), (14, 360), (10, 560), (34, 820))
    out = ""
    for x, side in ((0, 1), (600, -1)):
        hem = [(x + side * dx, y) for dx, y in shape] + [(x - side * 20, 820)]
        out += stage.paper(curve(hem), stage.accent, None, None, 4, (x - side * 10, 200), 0.2, 0.45)
    return out


def _corner(x: int, side: int) -> str:
    fans = "".join(line(f"M{k} 0A{k} {k} 0 0 1 0 {k}", 1.5, GOLD, 0.8) for k in (12, 20, 28))
    return f'<g transform="translate({x} 20) scale({side} 1)">{fans}{line("M0 0L34 34", 1.5, GOLD, 0.8)}</g>'


def _footlights(stage: "Stage", number: str) -> str:
    places = range(62, 560, 53 if number else 34)
    lights = "".join(
        f'<path d="M{x - 15} 776a15 15 0 0 1 30 0Z" fill="url(#f)"/>' for x in places if not number or abs(x - 300) > 40
    )
    plinth = f'<rect x="0" y="742" width="600" height="58" fill="{stage.deep}"/>'
    out = plinth + line("M0 743H600M24 776H576", 1.5) + lights
    if number:
        out += fill("M262 754H338V798H262Z", stage.deep)
        out += (
            '<text x="300" y="784" font-family="Palatino,Georgia,serif" font-size="24" letter-spacing="2" '
            f'text-anchor="middle" fill="{GOLD}">{number}</text>'
        )
    return out
