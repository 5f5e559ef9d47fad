from collections.abc import Mapping
from typing import NamedTuple

from stories.rules.actions import Verb

Names = Mapping[str, str]
"""What things in sight are called, folded and without article, and the name that the story has for each."""


class Reading(NamedTuple):
    verb: Verb
    target: str = ""
    item: str = ""
