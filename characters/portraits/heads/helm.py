"""A knight: plumed helm with its visor up, gorget and plate."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, curve, disc, flat, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def helm(stage: "Stage") -> str:
    plume = stage.paper(
        curve("326,186 330,128 380,84 452,84 520,130 556,214 554,316 520,404 512,318 486,240 440,196 384,190"),
        stage.accent, "#e4694a", None, 5, (352, 190), 0.13, 0.7,
    )  # fmt: skip
    skin = face(stage)
    bowl = stage.paper(
        curve(
            "214,300 208,246 246,194 316,164 388,184 432,250 436,342 418,420 438,470 372,500 318,478 288,440 284,372 "
            "290,316 264,298"
        ),
        stage.mid, MOON, stage.far, 4, (350, 320), 0.13,
    )  # fmt: skip
    gorget = stage.paper(
        curve("232,590 262,506 330,540 400,500 440,590 340,650"),
        stage.mid,
        MOON,
        stage.far,
        3,
        (336, 570),
        0.2,
    )
    jewel = stage.paper(flat("318,720 340,690 362,720 340,790"), stage.accent, GOLD)
    return (
        stage.head(plume) + shoulders(stage, stage.near) + stage.head(skin + bowl + _visor(stage)) + gorget
        + _plates(stage) + jewel
    )  # fmt: skip


def _visor(stage: "Stage") -> str:
    """It rises with the brows, and comes down over an angry face."""
    at = stage.expression
    angle = max(-5.0, min(12.0, -(at.brow_front + at.brow_mid) * 0.42))
    visor = stage.paper(
        flat("184,262 214,212 282,186 366,210 372,252 300,262 226,284"),
        stage.near,
        MOON,
        stage.far,
        2,
        (300, 240),
        0.2,
    )
    slits = line("M222 252L300 236M228 264L300 248", 2.5, stage.deep)
    return f'<g transform="rotate({angle:.1f} 366 244)">{visor}{slits}</g>' + disc(366, 244, 10)


def _plates(stage: "Stage") -> str:
    out = ""
    for x, y, side in ((250, 664, -1), (414, 664, 1)):
        edge = ((0, 0), (66, -52), (150, -14), (176, 90), (60, 78))
        d = curve([(x + side * dx, y + dy) for dx, dy in edge])
        out += stage.paper(d, stage.near, MOON, stage.far, 4, (x + side * 80, y + 60), 0.18)
    return out
