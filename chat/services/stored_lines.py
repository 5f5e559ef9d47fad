"""Lines that are stored without a turn: openings, and what people bring along. Judged as what is said is; what a rule
stands against is stored as what was taken back is.
"""

from typing import NamedTuple

from accounts.models import User
from chat.models import Message
from chat.services.turns.withdrawing import instead_of, language_of
from moderation.decision import age_of, decide
from moderation.filters.base import Context, Stage


class Stored(NamedTuple):
    text: str
    status: str = Message.Status.COMPLETE


def judged_reply(text: str, *, speaker: str, rating: str, owner: User, status: str = Message.Status.COMPLETE) -> Stored:
    """A line of a character's."""
    return _judged(text, Stage.OUTPUT, speaker, rating, owner, status)


def judged_line(text: str, *, speaker: str, rating: str, owner: User, status: str = Message.Status.COMPLETE) -> Stored:
    """A line of its player's, from elsewhere: there is nobody who could be told to say it in other words."""
    return _judged(text, Stage.INPUT, speaker, rating, owner, status)


def _judged(text: str, stage: Stage, speaker: str, rating: str, owner: User, status: str) -> Stored:
    decision = decide(text, Context(stage=stage, rating=rating, age=age_of(owner)), retried=True)
    if decision.passes:
        return Stored(decision.text, status)
    return Stored(instead_of(speaker, language_of(text)), Message.Status.WITHDRAWN)
