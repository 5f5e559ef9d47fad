"""Where two people stand, from the steps that count: within the bounds that the character's author set."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from characters.traits import Setting, band_of, describe, read_traits
from memory.bonds.events import CLOSENESS

CLOSENESS_STARTS = (0, 12, 30, 55, 80)  # strangers, acquainted, familiar, close, as one
MOST_NAMES = 5
MOST_TOLD = 3  # sliders, those that moved furthest
MOOD_HOLDS = 6  # steps, after which a mood is forgotten


class Past(NamedTuple):
    """A step as it is kept. `here`: it happened in the talk that is being looked at."""

    moves: Mapping[str, int]
    mood: str = ""
    key: str = ""
    words: str = ""
    here: bool = True


class Moved(NamedTuple):
    """A slider that may move: where its author put it, and where it is now."""

    key: str
    began: int
    value: int
    low: int
    high: int


class Standing(NamedTuple):
    sliders: tuple[Moved, ...] = ()
    closeness: int = 0
    mood: str = ""
    calls_player: tuple[str, ...] = ()
    calls_character: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def nearness(self) -> int:
        """Which of the five bands of closeness."""
        return nearness_of(self.closeness)


def nearness_of(closeness: int) -> int:
    return sum(closeness >= start for start in CLOSENESS_STARTS) - 1


def dynamic(traits: Mapping[str, Any]) -> tuple[Setting, ...]:
    return tuple(each for each in read_traits(traits) if not each.pinned)


def stand(settings: Sequence[Setting], steps: Iterable[Past]) -> Standing:
    """`steps` oldest first. Whoever is at a bound comes away from it with the first step back: bounds hold at each."""
    at = {each.key: each.value for each in settings}
    bounds = {each.key: (each.low, each.high) for each in settings} | {CLOSENESS: (0, 100)}
    at[CLOSENESS] = 0
    moods: list[str] = []
    names: dict[str, list[str]] = {"named_player": [], "named_character": [], "shared_word": []}
    for step in steps:
        for key, by in step.moves.items():
            if key in at:
                low, high = bounds[key]
                at[key] = max(low, min(high, at[key] + by))
        if step.here:
            moods.append(step.mood)
        if step.words and step.key in names:
            given = names[step.key]
            if step.words in given:
                given.remove(step.words)
            given.append(step.words)
    mood = next((each for each in reversed(moods[-MOOD_HOLDS:]) if each), "")
    kept = {key: tuple(given[: -MOST_NAMES - 1 : -1]) for key, given in names.items()}
    return Standing(
        sliders=tuple(Moved(each.key, each.value, at[each.key], each.low, each.high) for each in settings),
        closeness=at[CLOSENESS],
        mood=mood,
        calls_player=kept["named_player"],
        calls_character=kept["named_character"],
        shared=kept["shared_word"],
    )


def arc(settings: Sequence[Setting], steps: Sequence[Past], slider: str) -> list[int]:
    """Where one slider, or closeness, stood at the beginning and after each step that moved it."""
    low, high, at = next(((each.low, each.high, each.value) for each in settings if each.key == slider), (0, 100, 0))
    course = [at]
    for step in steps:
        if by := step.moves.get(slider, 0):
            at = max(low, min(high, at + by))
            course.append(at)
    return course


_HEAD = {
    "en": "Between {char} and {user} by now: {near}.",
    "zh-hans": "{char}和{user}如今：{near}。",
}
_NEAR = {
    "en": (
        "strangers who have just met",
        "acquaintances who have begun to know each other",
        "familiar, at ease with each other",
        "close; much need not be said",
        "as close as two can be",
    ),
    "zh-hans": ("初次相识，还很生疏", "有过来往，渐渐认得", "熟识，相处自在", "亲近，许多话不必说出口", "亲密无间"),
}
_MOOD = {
    "en": {
        "glad": "{char} is glad of {user}'s last kindness.",
        "tender": "{char} is in a tender mood.",
        "moved": "{char} is moved, and still feels it.",
        "softened": "{char} has softened again.",
        "reassured": "{char} is reassured: a word was kept.",
        "hurt": "{char} is hurt, and has not forgotten it yet.",
        "offended": "{char} is offended.",
        "alarmed": "{char} is alarmed and on guard.",
        "amused": "{char} is amused.",
    },
    "zh-hans": {
        "glad": "{user}方才的好意，{char}心里高兴。",
        "tender": "{char}此刻心里柔软。",
        "moved": "{char}受了触动，余味还在。",
        "softened": "{char}的气已经软下来了。",
        "reassured": "{char}放心了：说过的话算数。",
        "hurt": "{char}受了伤，还没放下。",
        "offended": "{char}心里有气。",
        "alarmed": "{char}起了戒心。",
        "amused": "{char}正觉得有趣。",
    },
}
_NAMES = {
    "en": (
        "{char} calls {user} {names}.",
        "{user} calls {char} {names}.",
        "Words that only the two of them use: {names}.",
    ),
    "zh-hans": ("{char}叫{user}{names}。", "{user}叫{char}{names}。", "只有两人懂的说法：{names}。"),
}
_NOW = {"en": "{says} (By now; it began otherwise.)", "zh-hans": "{says}（如今如此，起初并不是。）"}


def in_words(standing: Standing, language: str, *, char: str, user: str) -> list[str]:
    """What the model is told, the most telling first, a sentence each; `{char}` and `{user}` are put in by the caller
    who fences names that people gave. A slider is named once it has left the band in which it began.
    """
    language = "zh-hans" if language.startswith("zh") else "en"
    mark, between = ("“{}”", "、") if language == "zh-hans" else ("“{}”", ", ")
    lines = [_HEAD[language].format(char=char, user=user, near=_NEAR[language][standing.nearness])]
    if standing.mood in _MOOD[language]:
        lines.append(_MOOD[language][standing.mood].format(char=char, user=user))
    shifted = [each for each in standing.sliders if band_of(each.value) != band_of(each.began)]
    for each in sorted(shifted, key=lambda each: -abs(each.value - each.began))[:MOST_TOLD]:
        says = describe(each.key, each.value, language, char)
        lines.append(_NOW[language].format(says=says))
    given = (standing.calls_player[:2], standing.calls_character[:2], standing.shared)
    for sentence, names in zip(_NAMES[language], given, strict=True):
        if names:
            told = between.join(mark.format(name) for name in names)
            lines.append(sentence.format(char=char, user=user, names=told))
    return lines
