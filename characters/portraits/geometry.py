"""Paths and shapes as SVG text. Coordinates live on a sheet of 600 by 800, the figure looking left."""

from collections.abc import Sequence

GOLD, MOON = "#d8b164", "#f7ecd0"

Point = tuple[float, float]
Points = str | Sequence[Point]


def points(text: str) -> list[Point]:
    """`"1,2 3,4"` as points."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def curve(through: Points, closed: bool = True) -> str:
    """A smooth path through the points (Catmull-Rom as cubic Béziers)."""
    p = points(through) if isinstance(through, str) else through
    n = len(p)

    def at(i: int) -> Point:
        return p[i % n] if closed else p[max(0, min(n - 1, i))]

    d = f"M{p[0][0]:.0f} {p[0][1]:.0f}"
    for i in range(n if closed else n - 1):
        (ax, ay), (bx, by), (cx, cy), (ex, ey) = at(i - 1), at(i), at(i + 1), at(i + 2)
        d += f"C{bx + (cx - ax) / 6:.1f} {by + (cy - ay) / 6:.1f} "
        d += f"{cx - (ex - bx) / 6:.1f} {cy - (ey - by) / 6:.1f} {cx:.1f} {cy:.1f}"
    return d + ("Z" if closed else "")


def flat(through: Points) -> str:
    """A closed path of straight edges."""
    p = points(through) if isinstance(through, str) else through
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in p) + "Z"


def disc(x: float, y: float, r: float, fill: str = GOLD, opacity: float = 1.0, extra: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" opacity="{opacity:.2f}"{extra}/>'


def line(d: str, width: float = 2.0, colour: str = GOLD, opacity: float = 1.0) -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
        f'stroke-linejoin="round" opacity="{opacity:g}"/>'
    )


def fill(d: str, colour: str, opacity: float = 1.0) -> str:
    return f'<path d="{d}" fill="{colour}"' + (f' opacity="{opacity:g}"' if opacity != 1 else "") + "/>"
