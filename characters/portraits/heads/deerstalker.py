"""A detective: deerstalker, cape, and a pipe that smokes."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, Point, curve, flat, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def deerstalker(stage: "Stage") -> str:
    skin = face(stage, 10, 2, 3)
    hair = stage.paper(curve("346,262 420,262 428,340 404,404 378,400 372,330"), stage.deep)
    cape = stage.paper(
        curve("60,830 90,700 176,634 262,596 340,640 420,596 510,636 570,700 600,830 450,760 340,830 220,760"),
        stage.mid, GOLD, None, 5, (340, 900), 0.1,
    )  # fmt: skip
    lapels = flat("246,596 286,502 330,600 300,640") + flat("330,600 400,500 440,590 372,650")
    return (
        stage.head(skin + hair + _cap(stage))
        + shoulders(stage, stage.near)
        + cape
        + stage.paper(lapels, stage.near, GOLD)
        + stage.head(_pipe(stage))
    )


def _cap(stage: "Stage") -> str:
    crown = stage.paper(
        curve("208,262 216,208 270,166 344,156 410,184 440,250 436,276 330,254 252,258"),
        stage.mid, MOON, stage.far, 5, (330, 270), 0.16,
    )  # fmt: skip
    front = stage.paper(curve("222,254 172,264 132,290 178,292 262,272 280,256"), stage.near, MOON, stage.mid)
    back = stage.paper(curve("400,250 446,256 492,300 500,330 452,310 404,290"), stage.near, GOLD)
    flap = stage.paper(
        curve("296,250 330,240 372,250 366,180 336,150 304,182"), stage.near, GOLD, None, 2, (334, 220), 0.25
    )
    bow = stage.paper(curve("334,158 304,134 300,160") + curve("338,158 368,134 372,160"), stage.accent)
    return crown + front + back + flap + bow


def _pipe(stage: "Stage") -> str:
    """Sinks with the corner of the mouth, and with the jaw when it drops."""
    at = stage.expression
    drop = at.parted * 0.8 - at.corner * 0.4
    stem = line(
        curve([(222, 402 + at.parted * 0.4), (176, 414 + drop * 0.7), (150, 452 + drop)], False),
        8,
        stage.deep,
    )
    bowl = flat([(124, 440 + drop), (172, 440 + drop), (166, 500 + drop), (130, 500 + drop)])
    smoke = ""
    for k in (0, 12, 24):
        puff: list[Point] = [
            (148, 430 + drop),
            (132 - k, 392),
            (168 - k, 350),
            (128 - k * 2, 306),
            (158 - k, 250),
        ]
        smoke += line(curve(puff, False), 2, MOON, 0.75 - k / 40)
    return stem + stage.paper(bowl, stage.accent, GOLD) + smoke
