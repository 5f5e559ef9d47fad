"""What people are called in a room: by whom they play, else by their own name; nobody by another's."""

from collections.abc import Iterable
from typing import NamedTuple

UNNAMED = ("", "You", "你", "…")  # a persona that nobody named
WORDS = {"en": ("Player", "Guest"), "zh-hans": ("玩家", "访客")}


class Known(NamedTuple):
    persona: str
    profile: str
    is_guest: bool


def names_of(people: Iterable[Known], language: str) -> list[str]:
    """One name each, in the order in which they came. `language` is the talk's."""
    taken: set[str] = set()
    names = []
    for person in people:
        base = name = _called(person, language)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} {number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _called(person: Known, language: str) -> str:
    own = person.persona.strip()
    if own not in UNNAMED:
        return own
    return person.profile.strip() or WORDS.get(language, WORDS["en"])[person.is_guest]
