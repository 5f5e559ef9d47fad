"""What several figures wear."""

from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, curve

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

SHOULDERS = "70,830 92,716 150,650 244,600 276,548 396,548 424,592 508,640 566,716 590,830"
COLLAR = "236,640 262,560 284,520 340,560 392,512 424,560 448,640 340,700"


def shoulders(stage: "Stage", fill: str, collar: str | None = None, lines: int = 5) -> str:
    out = stage.paper(curve(SHOULDERS), fill, GOLD, None, lines, (340, 860), 0.11)
    if collar:
        out += stage.paper(curve(COLLAR), collar, GOLD, None, 2, (340, 610), 0.2)
    return out
