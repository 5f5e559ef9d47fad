"""A programmer: curls, headphones and a hooded jumper."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, curve, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def headphones(stage: "Stage") -> str:
    skin = face(stage, 2, 2)
    hair = stage.paper(
        curve(
            "204,280 198,240 232,222 226,190 276,180 300,148 342,166 388,152 408,190 444,214 432,262 446,316 414,376 "
            "384,392 366,330 330,300 316,266 280,278 262,256"
        ),
        stage.deep, GOLD, None, 5, (370, 290), 0.13,
    )  # fmt: skip
    band = curve("338,330 322,230 338,168 372,150", False)
    cup = stage.paper(
        curve("308,306 338,284 374,304 380,364 344,392 312,368"),
        stage.accent,
        GOLD,
        None,
        3,
        (344, 338),
        0.24,
        0.9,
    )
    phones = line(band, 16, stage.near) + line(band, 3) + cup
    jumper = stage.paper(
        curve("226,640 262,566 288,540 330,560 390,480 452,470 486,540 470,640 340,706"),
        stage.mid, GOLD, None, 3, (350, 640), 0.16,
    )  # fmt: skip
    cords = line(curve("290,660 282,720 292,770", False), 4) + line(curve("384,660 392,712 382,752", False), 4)
    return stage.head(skin + hair + phones) + shoulders(stage, stage.near) + jumper + cords
