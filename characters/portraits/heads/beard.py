"""A philosopher: wreath, curled beard and a thrown cloak."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, curve, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


WOOL, WOOL_SHADE = "#e9dcc0", "#cdb992"


def beard(stage: "Stage") -> str:
    curls = stage.paper(
        curve(
            "226,408 210,440 202,486 214,540 252,590 300,572 340,500 372,420 360,350 330,340 320,398 290,424 254,410"
        ),
        WOOL, MOON, WOOL_SHADE, 7, (330, 400), 0.1, 0.9,
    )  # fmt: skip
    hair = stage.paper(
        curve("396,246 424,280 430,350 404,410 362,424 346,370 366,330 372,280"),
        WOOL, MOON, WOOL_SHADE, 4, (390, 340), 0.16, 0.9,
    )  # fmt: skip
    skin = face(stage, -9, 8, 5)
    ear = line(curve("338,330 356,322 354,354 340,352", False), 2.5, stage.deep)
    cloak = stage.paper(
        curve("264,560 330,600 420,560 520,640 600,830 420,830 330,690"),
        stage.accent,
        GOLD,
        None,
        4,
        (520, 800),
        0.14,
    )
    wreath = line(curve("236,230 300,214 400,258", False), 2) + _leaves(stage)
    return (
        stage.head(skin + ear)
        + shoulders(stage, "#d9c8a4", lines=0)
        + cloak
        + _folds()
        + stage.head(curls + hair + wreath)
    )


def _folds() -> str:
    starts = ((300, 600), (260, 616), (214, 640), (164, 670), (340, 586))
    return "".join(
        line(curve([(x, y), (x + 120, y + 50), (x + 190, y + 210)], False), 2.5, GOLD, 0.7) for x, y in starts
    )


def _leaves(stage: "Stage") -> str:
    stems = ((232, 252), (256, 240), (280, 230), (304, 226), (328, 226), (352, 232), (376, 244), (398, 262))
    return "".join(
        stage.paper(curve([(x, y), (x - 20, y - 14), (x - 26, y - 42), (x - 2, y - 24)]), stage.accent)
        for x, y in stems
    )
