"""A helper: bobbed hair, a pin, a folded paper bird."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, curve, flat, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def bob(stage: "Stage") -> str:
    skin = face(stage, -4, -4)
    hair = stage.paper(
        curve(
            "206,290 206,226 262,172 350,164 428,216 448,310 440,420 404,462 340,452 316,400 312,330 290,284 "
            "244,276"
        ),
        stage.deep, GOLD, None, 7, (380, 330), 0.1,
    )  # fmt: skip
    pin = line(curve("262,270 300,262 330,276", False), 5, stage.accent)
    ruffle = stage.paper(
        curve("238,600 272,540 288,506 330,536 374,498 398,540 424,592 336,640"),
        MOON,
        MOON,
        None,
        3,
        (334, 570),
        0.2,
    )
    brooch = stage.paper(flat("330,612 350,634 330,656 310,634"), stage.accent, GOLD) + line("M330 656V742", 2)
    return stage.head(skin + hair + pin) + shoulders(stage, stage.near) + ruffle + brooch + _bird(stage)


def _bird(stage: "Stage") -> str:
    body = flat("60,600 128,566 196,600 140,618") + flat("128,566 158,500 196,600") + flat("60,600 34,566 100,582")
    wing = stage.paper(flat("128,566 100,486 158,576"), stage.accent, MOON)
    return stage.paper(body, MOON, MOON) + wing + line("M128 566L196 600M128 566L140 618", 1.5, stage.mid)
