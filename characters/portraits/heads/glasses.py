"""A teacher: round spectacles, a bun with two pins, an open book."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, curve, disc, flat, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def glasses(stage: "Stage") -> str:
    skin = face(stage, -2, -3)
    hair = stage.paper(
        curve("210,268 218,206 286,166 370,176 428,232 440,320 420,400 388,420 368,350 350,300 300,262 250,262"),
        stage.deep, GOLD, None, 6, (400, 320), 0.12,
    )  # fmt: skip
    bun = stage.paper(
        curve("404,378 450,360 488,396 478,446 432,458 400,430"), stage.deep, GOLD, None, 4, (442, 410), 0.22
    )
    pins = line("M396 336L500 470M412 470L508 384", 4)
    specs = disc(243, 320, 29, MOON, 0.18) + disc(243, 320, 29, "none", 1, f' stroke="{GOLD}" stroke-width="4"')
    specs += line("M272 316L346 326M214 314L206 310", 4)
    return stage.head(skin + hair + bun + pins + specs) + shoulders(stage, stage.near) + _coat(stage) + _book(stage)


def _coat(stage: "Stage") -> str:
    return (
        stage.paper(flat("262,560 292,506 336,560 376,500 404,556 340,742"), MOON, MOON)
        + stage.paper(flat("206,628 262,548 340,742 262,742 236,660"), stage.mid, GOLD)
        + stage.paper(flat("452,628 404,548 340,742 424,742 436,664"), stage.mid, GOLD)
        + disc(266, 664, 11, stage.accent, 1, f' stroke="{GOLD}" stroke-width="2.5"')
    )


def _book(stage: "Stage") -> str:
    pages = curve("60,700 120,668 196,690 196,792 120,772 60,800") + curve(
        "196,690 270,664 334,694 334,796 270,770 196,792"
    )
    text = "".join(line(f"M{x} {y}q40 -14 76 0", 2, stage.far) for x in (84, 218) for y in (706, 726, 746))
    return stage.paper(pages, MOON, MOON) + text + line("M196 690V792", 3)
