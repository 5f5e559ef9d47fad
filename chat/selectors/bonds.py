"""Where a player and a character stand, as the page shows it: how near, what moved, and step by step why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from characters.models import CharacterVersion
from characters.trait_words import WORDS
from characters.traits import Scale, scales
from chat.selectors.memories import Mind
from memory.bonds.events import CLOSENESS
from memory.bonds.standing import Moved, Standing, arc, dynamic, stand
from memory.selectors.bonds import Stepped, past_of, steps_with

NEARNESS: Sequence[str | Promise] = (
    gettext_lazy("You have only just met."),
    gettext_lazy("You have begun to know each other."),
    gettext_lazy("You know each other well and are at ease."),
    gettext_lazy("You are close; much need not be said."),
    gettext_lazy("You are as close as two can be."),
)
MOODS: Mapping[str, str | Promise] = {
    "glad": gettext_lazy("glad"),
    "tender": gettext_lazy("tender"),
    "moved": gettext_lazy("moved"),
    "softened": gettext_lazy("softened"),
    "reassured": gettext_lazy("reassured"),
    "hurt": gettext_lazy("hurt"),
    "offended": gettext_lazy("offended"),
    "alarmed": gettext_lazy("alarmed"),
    "amused": gettext_lazy("amused"),
}
SHOWN_STEPS = 100
WIDTH, TOP, FLOOR = 320, 16, 104  # of an arc


@dataclass(frozen=True, slots=True)
class Arc:
    """The course of one slider, or of closeness: `path` is drawn, `last` is where it ends, `label` says it."""

    title: str
    path: str
    last: tuple[float, float]
    label: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    step: Stepped
    moves: list[str]

    @property
    def mood(self) -> str:
        return str(MOODS.get(self.step.mood, ""))


@dataclass(frozen=True, slots=True)
class Bond:
    standing: Standing
    scales: list[tuple[Scale, int]]  # each with where it began
    arcs: list[Arc]
    steps: list[ShownStep]
    more: int

    @property
    def nearness(self) -> str:
        return str(NEARNESS[self.standing.nearness])

    @property
    def mood(self) -> str:
        return str(MOODS.get(self.standing.mood, ""))


def bond_in(mind: Mind, language: str) -> Bond:
    """`language` is the reader's."""
    version, settings = mind.version, dynamic(mind.version.traits)
    steps = steps_with(mind.pair, mind.told) if mind.pair else []
    past = past_of(steps, steps[-1].conversation_id if steps else None)
    standing = stand(settings, past)
    titles = titles_in(language)
    moved = [each for each in standing.sliders if len(arc(settings, past, each.key)) > 1]
    charts = [_arc(titles[each.key], arc(settings, past, each.key), each.low, each.high) for each in moved]
    if len(course := arc(settings, past, CLOSENESS)) > 1:
        charts.insert(0, _arc(titles[CLOSENESS], course))
    newest = steps[::-1]
    movable = {each.key for each in settings} | {CLOSENESS}
    return Bond(
        standing=standing,
        scales=_scales(version, standing.sliders),
        arcs=charts,
        steps=[ShownStep(each, _moves(each, {key: titles[key] for key in movable})) for each in newest[:SHOWN_STEPS]],
        more=max(0, len(newest) - SHOWN_STEPS),
    )


def titles_in(language: str) -> dict[str, str]:
    words = WORDS["zh-hans" if language.startswith("zh") else "en"]
    return {key: word[0] for key, word in words.items()} | {CLOSENESS: _("Closeness")}


def _scales(version: CharacterVersion, sliders: Sequence[Moved]) -> list[tuple[Scale, int]]:
    at = {each.key: {"value": each.value, "pinned": False, "low": each.low, "high": each.high} for each in sliders}
    began = {each.key: each.began for each in sliders}
    return [(scale, began[scale.key]) for scale in scales(at, version.language, version.name)]


def _moves(step: Stepped, titles: Mapping[str, str]) -> list[str]:
    return [f"{titles[key]} {by:+d}" for key, by in step.moves.items() if key in titles]


def _arc(title: str, course: Sequence[int], low: int = 0, high: int = 100) -> Arc:
    """As high as the bounds are apart."""
    across = (WIDTH - 12) / max(1, len(course) - 1)
    tall = (FLOOR - TOP) / max(1, high - low)
    points = [(round(4 + number * across, 1), round(FLOOR - (at - low) * tall, 1)) for number, at in enumerate(course)]
    said = ngettext(
        "%(what)s went from %(was)s to %(now)s, in %(steps)s step.",
        "%(what)s went from %(was)s to %(now)s, in %(steps)s steps.",
        len(course) - 1,
    )
    label = said % {"what": title, "was": course[0], "now": course[-1], "steps": len(course) - 1}
    return Arc(title, "M" + "L".join(f"{x} {y}" for x, y in points), points[-1], label)
