"""The names in all that a model was told before it replied: whoever stands there is somebody."""

import re
from collections.abc import Iterable
from functools import cached_property

from moderation.filters.names import FORMS_ZH, GIVEN_NAMES, SURNAMES
from moderation.filters.namesakes import NAMESAKES

_CAPITALS = re.compile(r"\b[A-Z][A-Za-z]{2,}\b")
_ENDING = re.compile(r"(?:ie|y|e)$")  # Kate is Katherine, Tommy is Thomas
_CALLS = (
    r"\b(?i:called|calls? (?:her|him|it|them|me)(?:self)?|known (?:\w+ )?as|nicknames?d?(?: is)?|alias(?:es)?|"
    r"a\.?k\.?a\.?|goes by|named|name is|codename)[:,]? (?:the |simply |only |also )?[\"“']?"
)
_CALLS_ZH = r"(?:人称|外号|绰号|小名|乳名|化名|代号|花名|别名|艺名|昵称|自称|都叫[她他我它]?|叫做?)[是为叫：:]?[“「\"]?"
_IS_CALLED = r"[\"”']?,? (?:for short|to (?:her|his|their) friends|is (?:her|his|their) (?:nickname|alias|codename))"
_OF_ANOTHER = re.compile(
    r"\b(?:(?:her|his|my|their|your) [\w-]+ (?:is|was) (?:called|named|nicknamed|known as)|"
    r"the [\w-]+'s (?:nick)?name is) [\"“']?$",
    re.IGNORECASE,
)
_NAME_ENDING = re.compile(r"(?:ie|y|e|a)$")
SHORTEST = 3  # letters that a short form and its name must share


class Background:
    """The lines of a prompt. They are read when a name is asked for: of most replies none is."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._lines = tuple(lines)

    def knows(self, name: str) -> bool:
        """Whether it was written there: as a word of its own, in a short form, or, Chinese, without its surname."""
        if not self._lines:
            return False
        if not name.isascii():
            return self._writes(name) or (_has_surname(name) and self._writes(name[1:]))
        return self._says(name) or any(same_person(name.lower(), one) for one in self._people)

    def gives(self, name: str) -> bool:
        """Whether it stands there as what somebody is called, and not their dog: the alias on a card is a name too."""
        given = _called(re.findall(r"[A-Z][a-z]+|[\u4e00-\u9fff]+", name)[-1:])
        return given is not None and any(
            _OF_ANOTHER.search(line[: match.start("name")]) is None
            for line in self._lines
            for match in given.finditer(line)
        )

    def _writes(self, name: str) -> bool:
        return any(name in line for line in self._lines)

    def _says(self, name: str) -> bool:
        """People who write in small letters name somebody too; "rose" alone is nobody."""
        plain = name.lower()
        wanted = {name, name.upper()} | ({plain} if plain in GIVEN_NAMES - NAMESAKES else set())
        return any(
            spelt in line and re.search(rf"\b{spelt}\b", line) is not None for spelt in wanted for line in self._lines
        )

    @cached_property
    def _people(self) -> frozenset[str]:
        words = {word.lower() for line in self._lines for word in set(_CAPITALS.findall(line))}
        return frozenset(words & GIVEN_NAMES - NAMESAKES)


def _called(name: list[str]) -> re.Pattern[str] | None:
    """Said to be a name: "known as Vex", "Vex for short", "外号小九"."""
    if not name:
        return None
    one = re.escape(name[0])
    return re.compile(rf"(?:{_CALLS}|{_CALLS_ZH}|\b(?={one}{_IS_CALLED}))(?P<name>{one})(?![A-Za-z])")


def _has_surname(name: str) -> bool:
    return len(name) == 3 and name[0] in SURNAMES and re.fullmatch(FORMS_ZH, name[1:]) is None


def pet_form(one: str, other: str) -> bool:
    """Susie is Susan, Lucy is Lucia, Maddie is Madeline; either may be the short one."""
    return one[:SHORTEST] == other[:SHORTEST] and (_shortens(one, other) or _shortens(other, one))


def _shortens(pet: str, name: str) -> bool:
    stem = _ENDING.sub("", pet)
    plain = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    return stem != pet and _NAME_ENDING.sub("", name).startswith((stem, plain))


def same_person(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    stem = _ENDING.sub("", short)
    stem = stem if len(stem) >= SHORTEST else short
    return len(long) >= len(short) + 2 and long.startswith(stem)
