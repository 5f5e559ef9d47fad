"""Hills and rows of towers, seeded."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, curve, flat

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

Roof = Callable[[float, float, float], str]


def hills(stage: "Stage", y: float, fill: str, swing: float = 36) -> str:
    ridge = [(float(x), y + stage.random.uniform(-swing, swing)) for x in range(-40, 700, 74)]
    return stage.paper(curve(ridge, False) + "L700 820L-40 820Z", fill)


def towers(
    stage: "Stage", count: int, fill: str, roof: Roof, tops: tuple[float, float], widths: tuple[float, float]
) -> str:
    """A row of towers down to the floor, some of their windows lit."""
    r, d, lit, base = stage.random, "", "", 820
    for i in range(count):
        x, w, y = 20 + i * 560 / count + r.uniform(-14, 14), r.uniform(*widths), r.uniform(*tops)
        d += roof(x, y, w) + flat([(x, y), (x + w, y), (x + w, base), (x, base)])
        lit += "".join(
            f'<rect x="{x + w * k:.0f}" y="{y + 26 + j * 34:.0f}" width="6" height="12" rx="3" '
            f'fill="{GOLD}" opacity=".85"/>'
            for j in range(5)
            for k in (0.28, 0.62)
            if r.random() < 0.4
        )
    return stage.paper(d, fill) + lit
