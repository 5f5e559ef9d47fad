"""What apps below ask through `accounts.judging`, answered by the one door."""

from typing import Any

from accounts.age import for_policy, most_careful
from accounts.judging import Place
from accounts.models import User
from moderation.decision import decide
from moderation.filters.base import Context, Stage
from moderation.services.queueing import queue_refused, queue_when_stored


def judge(text: str, place: Place, *, field: str, user: User | None, **about: Any) -> str:
    """As `accounts.judging.judged`. What the house itself wrote is not looked at."""
    if user is None:
        return text
    age = for_policy(most_careful([user.age, *place.ages]))
    where = Context(stage=Stage(place.stage), surface=place.surface, rating=place.rating, age=age)
    decision = decide(text, where)
    if not decision.passes:
        queue_refused(decision, text, user)
        raise decision.refusal(field)
    queue_when_stored(decision, text, user, **about)
    return decision.text
