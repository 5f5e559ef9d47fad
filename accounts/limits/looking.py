"""What is left to somebody just now, without charging anything."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.ids import uuid7
from accounts.limits.buckets import Bucketed, Pace, Pool, Rate, Rates, message_buckets, told
from accounts.limits.charging import AWAY, connection
from accounts.limits.script import LOOK, Place, keys
from accounts.models import Organisation, UsageDay, User


@dataclass(frozen=True, slots=True)
class Day:
    """Of an allowance of the day."""

    used: int
    most: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)


@dataclass(frozen=True, slots=True)
class Standing:
    """`rates` and `under_way` are None while nobody can count."""

    rates: Rates | None
    under_way: int | None
    turns_at_once: int | None
    messages: Day | None
    embedded: Day | None
    spoken: Day | None


def standing_of(user: User) -> Standing:
    """One statement and one look into Redis."""
    plan = user.plan
    today = UsageDay.objects.filter(user=user, day=timezone.now().date()).first()
    counted = _counted(user, pace_of(user))
    return Standing(
        rates=counted[0] if counted else None,
        under_way=counted[1] if counted else None,
        turns_at_once=plan.turns_at_once,
        messages=_day(today.messages if today else 0, plan.messages_per_day),
        embedded=_day(today.embedded if today else 0, plan.embedded_per_day),
        spoken=_day(today.spoken if today else 0, plan.spoken_per_day),
    )


def pace_of(user: User) -> Pace:
    """Their plan's, and their organisation's pool in place of an hour of their own."""
    membership = getattr(user, "membership", None)
    return Pace.of(user.plan, pool_of(membership.organisation) if membership else None)


def pool_of(organisation: Organisation) -> Pool | None:
    most = organisation.requests_per_hour
    return None if most is None else Pool(organisation.pk, most)


def pool_left(organisation: Organisation) -> Rate | None:
    """None where nothing is pooled, and while nobody can count."""
    pool = pool_of(organisation)
    if pool is None:
        return None
    nobody = Place(organisation.pk, uuid7(), 0)
    try:
        spent: list[int] = connection().eval(LOOK.text, 2, *keys([pool.bucket], nobody))
    except AWAY:
        return None
    return Rate.of(pool.bucket, spent[0])


def _day(used: int, most: int | None) -> Day | None:
    return None if most is None else Day(used, most)


def _counted(user: User, plan: Bucketed) -> tuple[Rates, int] | None:
    buckets, place = message_buckets(user.pk, plan, None), Place(user.pk, uuid7(), plan.turns_at_once or 0)
    try:
        spent: list[int] = connection().eval(LOOK.text, len(buckets) + 1, *keys(buckets, place))
    except AWAY:
        return None
    return told(buckets, spent[:-1]), spent[-1]
