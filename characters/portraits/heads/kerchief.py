"""An innkeeper: kerchief, bun, earring, and a full mug."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, curve, disc, flat, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def kerchief(stage: "Stage") -> str:
    bun = stage.paper(
        curve("392,208 430,172 486,186 502,240 470,284 418,280"), stage.deep, GOLD, None, 4, (448, 230), 0.22
    )
    skin = face(stage, -3)
    hair = stage.paper(
        curve("212,262 226,208 290,170 368,180 424,232 434,310 412,372 372,388 352,330 326,292 270,274"),
        stage.deep, GOLD, None, 6, (410, 300), 0.12,
    )  # fmt: skip
    band = stage.paper(
        curve("208,262 222,226 300,196 388,214 436,280 470,330 452,352 420,318 372,252 300,232 236,256"),
        stage.accent, "#e8764c", None, 2, (330, 240), 0.12,
    )  # fmt: skip
    earring = disc(346, 396, 9, "none", 1, f' stroke="{GOLD}" stroke-width="3"')
    return stage.head(bun + skin + hair + band + earring) + shoulders(stage, stage.near, stage.accent) + _mug(stage)


def _mug(stage: "Stage") -> str:
    foam = curve("66,646 84,616 112,622 128,606 156,616 188,640 150,654 100,650")
    return (
        stage.paper(flat("76,640 176,640 166,764 86,764"), stage.mid, GOLD)
        + line("M82 668H172M86 738H166", 3)
        + line(curve("76,664 40,672 46,728 84,736", False), 9, stage.mid)
        + stage.paper(foam, MOON)
    )
