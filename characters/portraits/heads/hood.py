"""A mage: gilded mask in a deep hood, a moon for a clasp."""

from typing import TYPE_CHECKING

from characters.portraits.face import face
from characters.portraits.geometry import GOLD, MOON, curve, disc, line
from characters.portraits.heads.parts import shoulders

if TYPE_CHECKING:
    from characters.portraits.stage import Stage


def hood(stage: "Stage") -> str:
    skin = face(stage, eye=False)
    back = stage.paper(
        curve(
            "196,270 226,190 300,128 378,120 448,180 486,280 478,400 500,520 420,560 300,560 330,470 312,380 316,300 "
            "270,246"
        ),
        stage.deep, GOLD,
    )  # fmt: skip
    front = stage.paper(
        curve(
            "178,276 206,182 288,112 392,112 464,178 500,300 488,420 520,540 400,600 318,610 352,520 366,420 352,320 "
            "320,250 256,222"
        ),
        stage.near, MOON, stage.mid, 5, (420, 420), 0.1,
    )  # fmt: skip
    clasp = disc(318, 616, 26, stage.accent, 1, f' stroke="{GOLD}" stroke-width="3" filter="url(#s)"')
    clasp += line("M318 598a18 18 0 1 0 12 31a14 14 0 1 1 -12 -31Z", 2)
    return stage.head(skin + _mask(stage) + back) + shoulders(stage, stage.near) + stage.head(front) + clasp


def _mask(stage: "Stage") -> str:
    """The mask is the same for every feeling; the eye in it and the engraved brow are not."""
    at = stage.expression
    d = curve("204,330 217,306 208,288 204,262 250,272 330,250 344,276 322,330 276,350 236,346 214,346")
    out = stage.paper(d, GOLD, MOON, "#cfa04a") + _eye(stage)
    front, back = at.brow_front * 0.55, at.brow_back * 0.55
    engraved = [(222.0, 294 + front), (252.0, 290 + at.brow_mid * 0.5), (290.0, 284 + back), (322.0, 268)]
    out += line(curve(engraved, False), 2.4, stage.deep, 0.75)
    out += line(curve("284,322 304,308 318,284", False), 1.5, stage.deep, 0.6)
    out += line(curve("276,336 300,324 312,306", False), 1.5, stage.deep, 0.6)
    if at.tear:
        out += f'<path d="M244 340q8 13 0 19q-8 -6 0 -19Z" fill="{MOON}"/>'
    return out


def _eye(stage: "Stage") -> str:
    at = stage.expression
    if at.smiling or at.closed:
        middle = 309 if at.smiling else 325
        return line(curve([(226, 320), (248, middle), (274, 314)], False), 5, stage.deep)
    rise, fall = 14 * (0.5 + 0.5 * at.eye) - at.lid * 0.5, 5 * (0.6 + 0.4 * at.eye)
    slant = at.brow_front * 0.2
    shape = curve(
        [
            (226, 320),
            (244, 319 - rise + slant),
            (274, 308 - slant),
            (262, 321 + fall * 0.5),
            (242, 322 + fall),
        ]
    )
    gx, gy = at.gaze
    out = f'<path d="{shape}" fill="{stage.deep}"/>'
    if at.eye >= 1.4:
        out += disc(248 + gx, 315 + gy, 7.5, MOON) + disc(248 + gx, 315 + gy, 3.2, stage.deep)
        return out
    return out + disc(246 + gx, 316 + gy, 3, MOON)
