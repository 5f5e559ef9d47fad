"""How things stand, told by what follows from it: who lost a hand does not clap, what collapsed is not crossed.

Rows of `lists/states.yaml`, the same reader for both languages. Each row holds two ways that things may stand; a fact of the
one goes against a sentence of the other, and the other way round unless the row says that only the first may be the fact.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from moderation.filters.quick import loosened, set_of
from moderation.filters.readings import Check, Test, shared
from moderation.filters.tables import table


class Row(NamedTuple):
    one: re.Pattern[str]
    other: re.Pattern[str]
    alike: bool
    both_ways: bool


class Side(NamedTuple):
    """What goes against a fact, whether it must speak of the same thing, and what the fact's own side sounds like."""

    theirs: re.Pattern[str]
    alike: bool
    ours: re.Pattern[str]


class Tongue(NamedTuple):
    """What a language does its own way."""

    unsure: Callable[[re.Match[str], str], bool]  # a sentence that only plays with the thought
    same_thing: Callable[[str, str], bool]
    of_another: Callable[[str, re.Match[str]], bool]  # the fact is of the player, what is said of the speaker


class Rows:
    """Rows of a section, and one pass over a fact that tells which of their sides it may be of."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._either = set_of(loosened(side.pattern) for row in rows for side in (row.one, row.other))

    def against(self, fact: str) -> list[Side]:
        """Of each row that the fact is of, the other side."""
        found = []
        for number in sorted(self._either.Match(fact) or ()):
            row = self._rows[number // 2]
            if number % 2 == 0 and row.one.search(fact):
                found.append(Side(row.other, row.alike, row.one))
            elif number % 2 and row.both_ways and row.other.search(fact):
                found.append(Side(row.one, row.alike, row.other))
        return found


def _rows(language: str, section: str) -> Rows:
    return Rows(
        [
            Row(_compiled(row["one"]), _compiled(row["other"]), row.get("alike", False), row.get("both_ways", True))
            for row in table("states")[language][section]
        ]
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    """Capitals count only where names are asked for."""
    return re.compile(pattern, 0 if "[A-Z]" in pattern else re.IGNORECASE)


_DENIES = re.compile(r"\b(?:not|never|no|isn't|wasn't|if|used to|once|would|wish|could have)\b|n't\b", re.IGNORECASE)


def _denied(match: re.Match[str], said: str) -> bool:
    return not _DENIES.search(match[0]) and bool(_DENIES.search(said[max(0, match.start() - 20) : match.start()]))


_UNSURE_ZH = re.compile(r"要是|如果|假如|等到|若|以前|从前|曾|当年|梦|笑话|别")
_THINGS_ZH = frozenset("桥塔门墙灯刀剑信车船")


def _same_thing_zh(fact: str, said: str) -> bool:
    return any(fact[at : at + 2] in said for at in range(len(fact) - 1)) or any(
        thing in said for thing in _THINGS_ZH.intersection(fact)
    )


_SPEAKER = re.compile(r"[\W_]*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Ww]ell|[Oo]h|[Tt]hen) )?(?:Ss|Mine|[Ss]he|[Hh]e)\b(?!'s)")
_SPEAKER_ZH = re.compile(r"[\W_]*(?:可是?|但是?|不过|而|倒是)?(?:我|她|他)(?!的[^要加不])")


def _of_another(fact: str, said: re.Match[str]) -> bool:
    """Who sits in a wheelchair keeps nobody else from getting up."""
    players = "Pp" in fact and "Ss" not in fact
    return players and "Pp" not in said[0] and _SPEAKER.match(said.string) is not None


def _of_another_zh(fact: str, said: re.Match[str]) -> bool:
    players = "你" in fact and "我" not in fact
    return players and "你" not in said[0] and _SPEAKER_ZH.match(said.string) is not None


ENGLISH = Tongue(_denied, lambda fact, said: bool(shared(fact, said)), _of_another)
CHINESE = Tongue(
    lambda match, said: _UNSURE_ZH.search(said, 0, match.end()) is not None, _same_thing_zh, _of_another_zh
)


def stands(rows: Rows, tongue: Tongue, fact: str) -> Test | None:
    against = rows.against(fact)
    if not against:
        return None

    def otherwise(said: str) -> bool:
        for theirs, alike, ours in against:
            match = theirs.search(said)
            if not match or ours.search(said) or tongue.unsure(match, said) or tongue.of_another(fact, match):
                continue
            if not alike or tongue.same_thing(fact, said):
                return True
        return False

    return otherwise


def done(rows: Rows, fact: str) -> Test | None:
    """What somebody did, or never did, told outright: no excuse is asked for."""
    against = [side.theirs for side in rows.against(fact) if not side.theirs.search(fact)]
    return (lambda said: any(pattern.search(said) for pattern in against)) if against else None


_EATEN = "coffee|tea|milk|meat|fish|sugar|cheese|bread|chocolate|eggs?|nuts|honey|wine|beer|whiskey|whisky|rum|alcohol|tobacco|cigarettes?"
_LIKED = re.compile(
    rf"\bSs (?:\w+ )?(?:needs?|loves?|drinks?|eats?|adores?|lives? on|can't (?:start|live|do) \w+ ?(?:\w+ )?without|smokes?)\b[^.]{{0,20}}\b({_EATEN})\b",
    re.IGNORECASE,
)
_SHUNNED = re.compile(
    rf"\b({_EATEN})\b[^.]{{0,12}}\b(?:Ss (?:never|don't|can't|won't) (?:touch|drink|eat|stand|take|have)\w*)|\bSs (?:\w+ )?(?:never|don't|does not|doesn't|can't|cannot|won't) (?:touch|touches|drink|drinks|eat|eats|stand|take|smoke)\w* (?:\w+ )?({_EATEN})\b|\ballergic to ({_EATEN})\b",
    re.IGNORECASE,
)


def _takes(fact: str) -> Test | None:
    """ "I need my coffee", and "coffee? I never touch it"."""
    liked, shunned = _LIKED.search(fact), _SHUNNED.search(fact)
    if shunned:
        what = next(filter(None, shunned.groups())).lower()
        return lambda said: (found := _LIKED.search(said)) is not None and found[1].lower() == what
    if liked:
        what = liked[1].lower()
        return lambda said: (
            (found := _SHUNNED.search(said)) is not None and what in {(one or "").lower() for one in found.groups()}
        )
    return None


# What is asked for as if it had never been: "What letter?", of the letter that came this morning.
_WHAT = re.compile(
    r"\b[Ww]hat (\w{3,})\?(?= (?:Ss|There|Nobody|No one|Never|I|We)\b[^.?]{0,24}(?:never|no|not|n't|Nobody|written|don't|haven't))"
)
_SLIGHT = frozenset({"else", "now", "for", "then", "about", "next", "happened", "way"})


def asked_away(facts: str, reply: str) -> bool:
    """Of the whole reply: its question is no statement."""
    return any(
        match[1] not in _SLIGHT
        and re.search(rf"\b(?:an?|the|Ss's|this|my|that) (?:\w+ )?{match[1]}\b", facts) is not None
        for match in _WHAT.finditer(reply)
    )


_WHAT_ZH = re.compile(r"什么([\u4e00-\u9fff]{1,3})[？?](?=[^。]{0,4}(?:没|从来|哪有|我没|不知道|根本))")


def asked_away_zh(facts: str, reply: str) -> bool:
    """ "什么信？没人给我写过信"."""
    return any(
        re.search(rf"{match[1]}[^，。]{{0,6}}(?:在|就|给)|(?:一|这|那|收到|拿|有|带)[^，。]{{0,4}}{match[1]}", facts)
        is not None
        for match in _WHAT_ZH.finditer(reply)
    )


STATES: tuple[Check, ...] = (
    partial(stands, _rows("en", "stands"), ENGLISH),
    partial(done, _rows("en", "deeds")),
    _takes,
)
STATES_ZH: tuple[Check, ...] = (
    partial(stands, _rows("zh", "stands"), CHINESE),
    partial(done, _rows("zh", "deeds")),
)
