"""The eight sliders: what they are called, what a position means, and the words the model gets."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from characters.trait_words import WORDS

TRAITS = ("manner", "talk", "honesty", "patience", "humour", "trust", "feeling", "curiosity")
BAND_STARTS = (0, 20, 40, 61, 81)

_HEADING = {"en": "How {name} behaves in every scene:", "zh-hans": "{name}在任何场合的举止："}
_PINNED = {
    "en": "This never changes, whatever is said or done.",
    "zh-hans": "这一点永远不变，无论旁人说什么、做什么。",
}
_DYNAMIC = {
    "en": "This is where things begin; what happens may move it, but never past “{low}” on one side "
    "or “{high}” on the other.",
    "zh-hans": "这是起点，会随相处而变；一头最多到“{low}”，另一头最多到“{high}”，不越过去。",
}
_STEADY = {
    "en": "It may waver a little with what happens, but stays “{low}”.",
    "zh-hans": "会随相处略有起伏，但始终“{low}”。",
}
_LABEL = {
    "en": "{low_end} to {high_end}: {value} of 100",
    "zh-hans": "{low_end}到{high_end}：{value}（满分 100）",
}
_LABEL_PINNED = {"en": ", never changes", "zh-hans": "，永远不变"}
_LABEL_BOUNDS = {"en": ", may move between {low} and {high}", "zh-hans": "，可在 {low} 到 {high} 之间变化"}


class TraitError(ValueError):
    """A trait that does not exist, or a position that is not on its slider. `key` and the message name it."""

    def __init__(self, key: str, problem: str, part: str = "") -> None:
        super().__init__(f"{key}.{part}: {problem}" if part else f"{key}: {problem}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Setting:
    """Where one slider stands. Pinned: `low` and `high` are the value itself."""

    key: str
    value: int
    pinned: bool
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Scale:
    """One slider as a page shows it; `says` is the behaviour, `label` the whole for a screen reader."""

    key: str
    title: str
    low_end: str
    high_end: str
    value: int
    pinned: bool
    low: int
    high: int
    band: str
    says: str
    label: str


def read_traits(traits: Mapping[str, Any]) -> tuple[Setting, ...]:
    """The settings in the order of the house, each checked; sliders that are not set are left out."""
    unknown = sorted(set(traits) - set(TRAITS))
    if unknown:
        raise TraitError(unknown[0], "no such trait")
    return tuple(_read(key, traits[key]) for key in TRAITS if key in traits)


def _read(key: str, raw: Any) -> Setting:
    if not isinstance(raw, Mapping):
        raise TraitError(key, "expected value, pinned, low and high")
    value = _position(key, "value", raw.get("value"))
    pinned = raw.get("pinned", True)
    if not isinstance(pinned, bool):
        raise TraitError(key, "expected true or false", "pinned")
    if pinned:
        return Setting(key, value, True, value, value)
    low, high = _position(key, "low", raw.get("low", 0)), _position(key, "high", raw.get("high", 100))
    if not low <= value <= high:
        raise TraitError(key, f"{value} is not between its bounds {low} and {high}")
    return Setting(key, value, False, low, high)


def _position(key: str, field: str, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 100:
        raise TraitError(key, "expected a whole number from 0 to 100", field)
    return raw


def band_of(value: int) -> int:
    """Which of the five bands a position from 0 to 100 lies in."""
    return bisect_right(BAND_STARTS, value) - 1


def describe(key: str, value: int, language: str, name: str) -> str:
    """What this position of one slider means, as a sentence of behaviour."""
    if key not in TRAITS:
        raise TraitError(key, "no such trait")
    _title, _low, _high, bands = WORDS[_words(language)][key]
    return bands[band_of(_position(key, "value", value))][1].replace("{name}", name)


def compile_traits(traits: Mapping[str, Any], language: str, name: str) -> str:
    """The words the model gets: one line for each slider that is set; empty when none is.

    The same arguments give the same text, so the prompt's beginning stays cacheable.
    """
    language = _words(language)
    settings = read_traits(traits)
    if not settings:
        return ""
    space = "" if language == "zh-hans" else " "
    lines = [_HEADING[language].replace("{name}", name)]
    lines += [
        f"- {describe(each.key, each.value, language, name)}{space}{_may_change(each, language)}" for each in settings
    ]
    return "\n".join(lines)


def _may_change(setting: Setting, language: str) -> str:
    if setting.pinned:
        return _PINNED[language]
    bands = WORDS[language][setting.key][3]
    low, high = bands[band_of(setting.low)][0], bands[band_of(setting.high)][0]
    wording = _STEADY if low == high else _DYNAMIC
    return wording[language].format(low=low, high=high)


def scales(traits: Mapping[str, Any], language: str, name: str) -> list[Scale]:
    """The sliders for a page, both ends named."""
    return [_scale(each, _words(language), name) for each in read_traits(traits)]


def _scale(setting: Setting, language: str, name: str) -> Scale:
    title, low_end, high_end, bands = WORDS[language][setting.key]
    label = _LABEL[language].format(low_end=low_end, high_end=high_end, value=setting.value)
    label += (
        _LABEL_PINNED[language]
        if setting.pinned
        else _LABEL_BOUNDS[language].format(low=setting.low, high=setting.high)
    )
    return Scale(
        key=setting.key,
        title=title,
        low_end=low_end,
        high_end=high_end,
        value=setting.value,
        pinned=setting.pinned,
        low=setting.low,
        high=setting.high,
        band=bands[band_of(setting.value)][0],
        says=describe(setting.key, setting.value, language, name),
        label=label,
    )


def _words(language: str) -> str:
    return "zh-hans" if language.lower().startswith("zh") else "en"
