"""The stage: paper, light and the order in which the sheets are laid."""

import random

from characters.portraits.arguments import Portrait
from characters.portraits.frames import frame
from characters.portraits.geometry import GOLD, MOON, Point, disc
from characters.portraits.heads import HEADS
from characters.portraits.moods import MOODS, expression_of
from characters.portraits.palettes import PALETTES, lit
from characters.portraits.scenes import SCENES
from characters.portraits.skies import SKIES

# Where the head turns: the base of the neck.
NECK = (345, 560)


class Stage:
    """One sheet of 600 by 800, drawn once. The same portrait and mood give the same bytes.

    Every sheet of paper casts one soft shadow, has a lit edge where the light comes from and gold contours drawn
    inwards; so any head goes with any scene, palette and opening and still belongs to the series.
    """

    def __init__(self, portrait: Portrait, mood: str) -> None:
        self.portrait, self.mood = portrait, MOODS[mood]
        self.expression = expression_of(mood, portrait.temper)
        colours = lit(PALETTES[portrait.palette], self.mood.light)
        self.top, self.sky, self.far, self.mid = colours.top, colours.sky, colours.far, colours.mid
        self.near, self.deep, self.face, self.accent = (
            colours.near,
            colours.deep,
            colours.face,
            colours.accent,
        )
        # The mood draws nothing from it: the same seed is the same person in the same place, whatever they feel.
        self.random = random.Random(f"{portrait.seed}/{portrait.head}/{portrait.scene}")  # noqa: S311
        self.sheets = 0

    def jitter(self, reach: float) -> float:
        return self.random.uniform(-reach, reach)

    def paper(
        self,
        d: str,
        fill: str,
        rim: str | None = None,
        half: str | None = None,
        lines: int = 0,
        about: Point = (330, 330),
        step: float = 0.09,
        gold: float = 0.55,
        shade: str = "",
    ) -> str:
        """One sheet. `rim` is its lit edge, `half` the half light beside it, `about` where the contours shrink to."""
        self.sheets += 1
        clip = f"c{self.sheets}"
        out = f'<clipPath id="{clip}"><path d="{d}"/></clipPath>'
        out += f'<path d="{d}" fill="{rim or fill}" filter="url(#s)"/>'
        inner = ""
        if rim:
            inner += f'<path d="{d}" fill="{half or fill}" transform="translate(6 2)"/>'
            if shade:
                inner += f'<path d="{shade}" fill="{fill}"/>'
            else:
                away = "30 9" if half else "6 2"
                inner += f'<path d="{d}" fill="{fill}" transform="translate({away})"/>'
        for i in range(1, lines + 1):
            k = 1 - step * i
            inner += (
                f'<path d="{d}" transform="translate({about[0] * (1 - k):.1f} {about[1] * (1 - k):.1f}) '
                f'scale({k:.3f})" fill="none" stroke="{GOLD}" stroke-width="{1.5 / k:.2f}" opacity="{gold}"/>'
            )
        return out + (f'<g clip-path="url(#{clip})">{inner}</g>' if inner else "")

    def head(self, drawn: str) -> str:
        """What moves with the head."""
        tilt, (dx, dy) = self.expression.tilt, self.expression.step
        if not (tilt or dx or dy):
            return drawn
        return f'<g transform="translate({dx:g} {dy:g}) rotate({tilt:g} {NECK[0]} {NECK[1]})">{drawn}</g>'

    def backdrop(self) -> str:
        r, out = self.random, ""
        mx, my, mr = r.randint(215, 290), r.randint(225, 285), r.randint(150, 178)
        for _ in range(r.randint(24, 40)):
            x, y = r.uniform(40, 560), r.uniform(40, 430)
            out += disc(x, y, r.choice([0.8, 1.1, 1.6]), MOON, r.uniform(0.3, 0.9))
        for k in (1.75, 1.45, 1.2):
            out += disc(mx, my, mr * k, self.mood.light.moon, 0.07)
        out += disc(mx, my, mr, "url(#m)", 1, ' filter="url(#s)"')
        out += disc(mx, my, mr + 13, "none", 0.8, f' stroke="{GOLD}" stroke-width="1.5"')
        return out + SKIES[self.mood.sky](self, mx, my, mr) + SCENES[self.portrait.scene](self)

    def draw(self, *, figure: bool = True) -> str:
        """Without a figure it is the scene that a story begins in."""
        portrait = self.portrait
        behind = self.backdrop() + '<rect width="600" height="800" fill="url(#v)"/>'
        drawn = behind + HEADS[portrait.head](self) if figure else behind
        turn = ' transform="translate(600 0) scale(-1 1)"' if portrait.faces == "right" else ""
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800">'
            f'<view id="face" viewBox="112 128 375 450"/><defs>{self._definitions()}</defs>'
            f'<rect width="600" height="800" fill="url(#k)"/><g{turn}>{drawn}</g>'
            f"{frame(self, portrait.gate, portrait.number)}"
            '<rect width="600" height="800" filter="url(#g)" opacity=".22"/></svg>\n'
        )

    def _definitions(self) -> str:
        light = self.mood.light
        discs = (("m", light.moon, light.glow), ("f", MOON, GOLD))
        out = f'<linearGradient id="k" x2="0" y2="1"><stop stop-color="{self.top}"/>'
        out += f'<stop offset=".8" stop-color="{self.sky}"/></linearGradient>'
        for name, inner, outer in discs:
            out += f'<radialGradient id="{name}" cx=".4" cy=".35"><stop stop-color="{inner}"/>'
            out += f'<stop offset="1" stop-color="{outer}"/></radialGradient>'
        out += f'<radialGradient id="v" cx=".42" cy=".4" r=".75"><stop offset=".55" stop-color="{self.deep}" '
        out += f'stop-opacity="0"/><stop offset="1" stop-color="{self.deep}" stop-opacity=".75"/></radialGradient>'
        out += '<filter id="s" x="-20%" y="-20%" width="140%" height="140%"><feDropShadow dx="5" dy="7" '
        out += f'stdDeviation="7" flood-color="{self.deep}" flood-opacity=".55"/></filter>'
        out += '<filter id="g"><feTurbulence type="fractalNoise" baseFrequency=".8" numOctaves="2" seed="3"/>'
        return out + '<feColorMatrix values="0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 .55 -.2"/></filter>'
