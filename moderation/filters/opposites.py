"""Words of which only one can be true of the same thing: colours, days, sides, trades, kin, the living and the dead."""

import re
from functools import lru_cache
from pathlib import Path

import ahocorasick

LIST = (
    Path(__file__).resolve().parents[1] / "lists" / "opposites.txt"
)  # of each line only one can be true of the same thing
_OTHER_SENSE = re.compile(r"明白|白天|白费|白白|金钱|现金|银两|红颜|黄昏|青年")


_IRREGULAR_VERBS = (
    "went:go gone:go ate:eat eaten:eat drank:drink slept:sleep saw:see seen:see took:take taken:take gave:give given:give said:say told:tell knew:know known:know came:come ran:run kept:keep held:hold sold:sell "
    "bought:buy lost:lose built:build wrote:write written:write spoke:speak spoken:speak swam:swim flew:fly rode:ride wore:wear broke:break broken:break stole:steal stolen:steal met:meet fought:fight thought:think "
    "brought:bring caught:catch taught:teach found:find felt:feel grew:grow drew:draw threw:throw sang:sing stood:stand paid:pay made:make sent:send spent:spend hid:hide hidden:hide bit:bite woke:wake chose:choose "
    "forgot:forget forgotten:forget sat:sit fell:fall fallen:fall drove:drive driven:drive married:marry"
)  # fmt: skip
_IRREGULAR = {past: verb for past, _, verb in (pair.partition(":") for pair in _IRREGULAR_VERBS.split())}


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[frozenset[str], ...], ...]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    lists = [line for line in lines if line and not line.startswith("#")]
    return tuple(tuple(frozenset(member.split("|")) for member in group.split()) for group in lists)


def group_of(word: str) -> list[str]:
    """Every word of the group that a word is in."""
    return sorted(
        one for group in groups() for member in group for one in member if any(word in other for other in group)
    )


@lru_cache(maxsize=200)
def stems(group: tuple[frozenset[str], ...]) -> frozenset[str]:
    return frozenset(stem(word) for member in group for word in member)


@lru_cache(maxsize=1)
def places() -> dict[str, list[tuple[int, int]]]:
    """Of each word its places: group, and which member of it."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, group in enumerate(groups()):
        for at, member in enumerate(group):
            for word in member:
                found.setdefault(word, []).append((number, at))
    return found


@lru_cache(maxsize=1)
def _words_zh() -> ahocorasick.Automaton:
    found = ahocorasick.Automaton()
    for word, stands in places().items():
        if not word.isascii():
            found.add_word(word, stands)
    found.make_automaton()
    return found


def members_zh(text: str) -> dict[int, set[int]]:
    """Of each group the members that are there; Chinese words stand anywhere."""
    found: dict[int, set[int]] = {}
    if not text.isascii():
        for _, stands in _words_zh().iter(_OTHER_SENSE.sub("，", text)):
            for group, member in stands:
                found.setdefault(group, set()).add(member)
    return found


def without(group: tuple[frozenset[str], ...], text: str) -> str:
    for word in sorted((word for member in group for word in member), key=len, reverse=True):
        text = text.replace(word, "，")
    return text
