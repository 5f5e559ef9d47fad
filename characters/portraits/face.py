"""The face, in profile: its outline and what is drawn on it."""

from typing import TYPE_CHECKING

from characters.portraits.geometry import GOLD, MOON, curve, disc, fill, line

if TYPE_CHECKING:
    from characters.portraits.stage import Stage

# The dark side of the head, away from the light.
SHADE = curve("292,150 318,240 302,300 322,352 312,410 288,446 258,474 236,500 236,660 520,660 520,150")


def face(stage: "Stage", nose: float = 0, chin: float = 0, brow: float = 0, eye: bool = True) -> str:
    """The lit profile with its features; the seed moves nose, chin and brow a little."""
    skin = stage.paper(profile(stage, nose, chin, brow), stage.near, MOON, stage.face, shade=SHADE)
    return skin + features(stage, eye=eye)


def profile(stage: "Stage", nose: float, chin: float, brow: float) -> str:
    """Looking left: bridge, lips and chin move with the feeling."""
    at = stage.expression
    nose, chin, brow = nose + stage.jitter(5), chin + stage.jitter(6), brow + stage.jitter(4)
    part, lip = at.parted, at.corner if abs(at.corner) < 6 else at.corner * 0.6
    jaw = part * 0.85
    pout = 2.0 if at.pressed else 0.0
    return curve([
        (284, 620), (292, 504), (280, 478 + jaw * 0.3), (250, 468 + jaw * 0.7), (229 + jaw * 0.3, 456 + chin + jaw),
        (218 + jaw * 0.4, 441 + chin + jaw), (221 + jaw * 0.3, 424 + jaw), (213 + pout + jaw * 0.3, 411 + jaw),
        (219 + part * 0.9, 402 + part * 0.45), (209 + pout, 394 - lip * 0.7), (215, 382), (211, 375), (195, 371),
        (187 - nose, 360 - nose * 0.3), (203, 330), (217, 306), (211 - brow, 288 + at.brow_front * 0.4),
        (213 - brow * 0.5, 252), (240, 212), (302, 190), (376, 208), (414, 268), (412, 335), (380, 398), (368, 462),
        (394, 620),
    ])  # fmt: skip


def features(stage: "Stage", *, eye: bool = True) -> str:
    at, deep = stage.expression, stage.deep
    out = disc(266, 372, 24, "#b5402a", at.cheek) if eye and at.cheek else ""
    out += mouth(stage)
    if eye:
        out += brow(stage) + almond_eye(stage)
        if at.furrow:
            out += line(
                curve([(226, 300 + at.brow_front * 0.5), (221, 306), (223, 314)], False),
                2,
                deep,
                at.furrow * 0.7,
            )
    if at.fold:
        out += line(curve([(232, 372), (247, 380), (257, 396 - at.corner * 0.5)], False), 1.8, deep, at.fold * 0.55)
    if eye and at.tear:
        out += fill("M236 334q9 14 0 20q-9 -6 0 -20Z", MOON) + line("M236 356q-3 14 -7 22", 1.6, MOON, 0.7)
    return out + line(curve("226,366 232,360 234,370", False), 2, deep, 0.5)


def mouth(stage: "Stage") -> str:
    """From the lips to the corner; parted, it shows a dark gap and perhaps the teeth."""
    at, deep = stage.expression, stage.deep
    corner = (248 + max(at.corner, 0) * 0.5, 401 - at.corner * 1.6)
    if at.parted:
        part, front = at.parted, 215 + at.parted * 0.25
        gap = curve([
            (front, 398), (232, 399 - at.corner * 0.5), corner, (240, 404 + part * 0.75 - at.corner * 0.5),
            (226, 404 + part),
        ])  # fmt: skip
        out = fill(gap, deep, 0.92)
        if at.teeth:
            out += line(
                curve([(front + 4, 400), (231, 401 - at.corner * 0.45), (corner[0] - 6, corner[1] + 3)], False),
                2.6,
                MOON,
            )
        return out
    if at.pressed:
        return line(curve([(220, 402), (234, 402 - at.corner * 0.3), corner], False), 3, deep, 0.85)
    return line(curve([(222, 400 - at.corner), (236, 401 - at.corner * 0.5), corner], False), 2.6, deep, 0.8)


def brow(stage: "Stage") -> str:
    at = stage.expression
    through = [(228.0, 293 + at.brow_front), (246.0, 285 + at.brow_mid), (270.0, 290 + at.brow_back)]
    return line(curve(through, False), 4.4, stage.deep, 0.88)


def almond_eye(stage: "Stage") -> str:
    """Wide eyes show the white round the iris; smiling and closed ones are an arc."""
    at, deep = stage.expression, stage.deep
    if at.smiling:
        return line(curve("229,323 244,312 262,322", False), 4, deep) + "".join(
            line(f"M{x} {y}l8 {k}", 1.6, deep, 0.5) for x, y, k in ((268, 316, -5), (269, 323, 1))
        )
    if at.closed:
        lashes = "".join(line(f"M{x} {y}l-2 6", 1.6, deep, 0.7) for x, y in ((236, 324), (244, 326), (253, 325)))
        return line(curve("229,319 244,325 262,320", False), 3.6, deep) + lashes
    upper, lower = 319 - 8 * at.eye + at.lid * 0.4, 319 + 3 * at.eye
    shape = curve([(229, 319), (243, upper), (262, 320), (244, lower)])
    gx, gy = at.gaze
    if at.eye < 1.4:
        out = fill(shape, deep) + disc(239 + gx, 317 + gy, 1.8, MOON)
    else:
        out = fill(shape, MOON) + line(shape, 2.4, deep)
        out += disc(242 + gx, 317 + gy, 6.2, deep) + disc(240 + gx, 315 + gy, 1.8, MOON)
    if at.lid:
        out += line(curve([(228, 317), (243, upper - 2), (264, 318)], False), 3.2, deep, 0.9)
    return out


def slit_eye(stage: "Stage", x: float, y: float, width: float, height: float) -> str:
    """An eye that is not of our kind: dark, rimmed in gold, the pupil a disc of light."""
    at = stage.expression
    gx, gy = at.gaze
    if at.smiling or at.closed:
        bend = -0.34 if at.smiling else 0.34
        middle = (x + width * 0.5, y + height * bend)
        arc = curve([(x - 2, y + 6), middle, (x + width + 4, y - height * 0.06)], False)
        return line(arc, 9, stage.deep) + line(arc, 2.4, GOLD)
    h = height * (0.45 + 0.55 * min(at.eye, 1.7))
    slant = at.brow_front * 0.35
    shape = curve([
        (x, y + slant * 0.6), (x + width * 0.43, y - h * 0.64 + slant), (x + width, y - h * 0.44 - slant * 0.5),
        (x + width * 0.7, y + h * 0.26), (x + width * 0.23, y + h * 0.36),
    ])  # fmt: skip
    pupil = disc(x + width * 0.43 + gx * 2, y - h * 0.17 + gy, min(6.0, h * 0.22), GOLD)
    return f'<path d="{shape}" fill="{stage.deep}" stroke="{GOLD}" stroke-width="2.5"/>' + pupil
