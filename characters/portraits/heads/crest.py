"""An envoy from elsewhere: swept crest, eyes rimmed in gold, a ruff that opens with feeling."""

import math
from typing import TYPE_CHECKING

from characters.portraits.face import face, slit_eye
from characters.portraits.geometry import GOLD, MOON, curve, disc
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def crest(stage: "Stage") -> str:
    sweep = stage.paper(
        curve(
            "216,262 236,196 320,150 430,130 520,150 566,120 540,210 470,280 424,340 396,420 360,400 368,320 316,262"
        ),
        stage.mid, MOON, stage.face, 6, (360, 330), 0.1,
    )  # fmt: skip
    skin = face(stage, -14, -2, -4, eye=False)
    eye = slit_eye(stage, 226, 318, 60, 40)
    tear = f'<path d="M248 340q9 14 0 21q-9 -7 0 -21Z" fill="{GOLD}"/>' if stage.expression.tear else ""
    jewel = disc(340, 640, 20, GOLD, 1, ' filter="url(#s)"') + disc(340, 640, 9, stage.deep)
    return (
        _ruff(stage)
        + stage.head(skin + eye + tear + sweep + _marks(stage))
        + shoulders(stage, stage.near, stage.accent)
        + jewel
    )


def _marks(stage: "Stage") -> str:
    """Five lights above the eye, where others have a brow: they rise and sink as one."""
    at = stage.expression
    out = ""
    for i in range(5):
        lean = at.brow_front * (1 - i / 4) + at.brow_back * (i / 4)
        out += disc(258 + i * 26, 250 - i * 12 + lean * 0.7 + at.brow_mid * 0.3, 5 - i * 0.6)
    return out


def _ruff(stage: "Stage") -> str:
    """Eight blades; folded in sorrow, wide open in anger."""
    spread = stage.expression.spread
    out = ""
    for i in range(8):
        a = math.radians(-19.5 + (-38.5 + 11 * i) * spread)
        reach = 316 + (spread - 1) * 60
        left, right = (_at(a + side * 0.085, reach - 36) for side in (-1, 1))
        blade = f"M330 600L{left}L{_at(a, reach)}L{right}Z"
        out += stage.paper(blade, stage.accent if i % 2 else stage.mid, GOLD)
    return out


def _at(angle: float, reach: float) -> str:
    return f"{330 + reach * math.cos(angle):.0f} {600 + reach * math.sin(angle):.0f}"
