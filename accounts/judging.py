"""What somebody writes is judged before it is kept. The judge is `moderation.decision`; apps below it ask here.

So a persona, a card, lore and a memory are looked at by the same rules as a line in a talk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import User


class NotAllowed(Invalid):
    """A rule of the house stands against a text. `rule` is its public name, `field` where the text stands.

    Nothing was stored, and whoever wrote it has it still.
    """

    code = "not_allowed"
    message = _("A rule of the house stands against this text.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is about to stand: what filters and policy go by.

    `ages` are those of the others who read it, as they said: the youngest decides.
    """

    stage: Literal["input", "card", "memory"]
    surface: Literal["chat", "room", "public", "card", "api"] = "chat"
    rating: str = "general"
    ages: Sequence[str] = ()


Judge = Callable[..., str]
_judges: list[Judge] = []


def on_judging(judge: Judge) -> Judge:
    """For the app that has the rules, in its `apps.py`: `judge(text, place, *, field, user)`; see `judged`."""
    if judge not in _judges:
        _judges.append(judge)
    return judge


def judged(text: str, place: Place, *, field: str, user: User | None, **about: Any) -> str:
    """The text as it may stand there: what is to be masked is. Raises NotAllowed.

    `user` is who wrote it, None for the house. `about` tells moderators what it belongs to, where that is known.
    """
    for judge in _judges:
        text = judge(text, place, field=field, user=user, **about)
    return text
