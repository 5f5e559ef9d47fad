"""Which plan somebody has: the one they were given for good, or the highest of those they have for a time.

`User.plan` is always the one that holds, so that whatever asks reads one column. All changes hold the person's row.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Plan, Subscription, Term, User, Voucher

NO_END = datetime(9999, 1, 1, tzinfo=UTC)
LIMIT = 500  # people whose terms end are looked after at once
Follower = Callable[[UUID], None]
_followers: list[Follower] = []


def on_other_plan(follower: Follower) -> None:
    """For apps above, in their `apps.py`: somebody has another plan from now on."""
    if follower not in _followers:
        _followers.append(follower)


def terms_of(user: User, now: datetime | None = None) -> list[Term]:
    """Those that run, and those that follow, in order."""
    now = now or timezone.now()
    rows = Term.objects.filter(user=user, ended_at=None, ends_at__gt=now).select_related(
        "plan", "subscription", "membership__organisation"
    )
    return list(rows.order_by("begins_at", "id"))


@transaction.atomic
def give_days(*, user: User, plan: Plan, days: int, voucher: Voucher | None = None) -> Term:
    """So many days of a plan, from now on or, where that plan runs already, from its end on."""
    person, now = _hold(user.pk), timezone.now()
    begins = max([now, *(term.ends_at for term in terms_of(person, now) if term.plan_id == plan.pk)])
    base = _base(person)
    term = Term.objects.create(
        user=person, plan=plan, before=base, begins_at=begins, ends_at=begins + timedelta(days=days), voucher=voucher
    )
    _settle(person, base, now)
    return term


@transaction.atomic
def pay_until(*, subscription: Subscription, until: datetime | None) -> None:
    """A plan that is paid for up to then; None: no more, from now on."""
    person, now = _hold(subscription.user_id), timezone.now()
    base, mine = _base(person), Term.objects.filter(subscription=subscription)
    if until is None or until <= now:
        mine.filter(ended_at=None).update(ended_at=now)
    elif not mine.update(plan=subscription.plan_id, before=base, ends_at=until, ended_at=None):
        Term.objects.create(
            user=person, plan_id=subscription.plan_id, before=base, begins_at=now, ends_at=until,
            subscription=subscription,
        )  # fmt: skip
    _settle(person, base, now)


@transaction.atomic
def set_base(*, user: User, plan: Plan) -> None:
    """The operator gives somebody a plan for good: it holds unless they have a higher one for a time."""
    person = _hold(user.pk)
    Term.objects.filter(user=person, ended_at=None).update(before=plan)
    _settle(person, plan, timezone.now())


@transaction.atomic
def give_while_member(*, membership: Membership, plan: Plan | None) -> None:
    """What an organisation gives for as long as somebody belongs to it; None: nothing, from now on."""
    person, now = _hold(membership.user_id), timezone.now()
    base, mine = _base(person), Term.objects.filter(membership=membership)
    if plan is None:
        mine.update(ended_at=now, membership=None)
    elif not mine.update(plan=plan):
        Term.objects.create(
            user=person, plan=plan, before=base, begins_at=now, ends_at=NO_END, membership=membership
        )  # fmt: skip
    _settle(person, base, now)


def tell_followers(user_id: UUID) -> None:
    """Something else of what somebody may do is different from now on: their organisation's pool."""
    for follower in _followers:
        transaction.on_commit(partial(follower, user_id))


def end_due_terms() -> int:
    """Terms whose end has come, and what holds afterwards; how many ended. Safe to run twice at once."""
    now, ended = timezone.now(), 0
    due = Term.objects.filter(ended_at=None, ends_at__lte=now).order_by("ends_at")
    for user_id in dict.fromkeys(due.values_list("user_id", flat=True)[:LIMIT]):
        with transaction.atomic():
            person = _hold(user_id)
            base = _base(person)
            ended += Term.objects.filter(user=person, ended_at=None, ends_at__lte=now).update(ended_at=now)
            _settle(person, base, now)
    return ended


def _hold(user_id: UUID) -> User:
    return User.objects.select_for_update(no_key=True, of=("self",)).select_related("plan").get(pk=user_id)


def _base(person: User) -> Plan:
    """What somebody has for good; looked at before a term ends."""
    term = Term.objects.filter(user=person, ended_at=None).select_related("before").first()
    return term.before if term else person.plan


def _settle(person: User, base: Plan, now: datetime) -> None:
    """The plan that holds now."""
    running = [term.plan for term in terms_of(person, now) if term.begins_at <= now]
    best = max([base, *running], key=lambda plan: plan.rank)
    if best.pk != person.plan_id:
        User.objects.filter(pk=person.pk).update(plan=best)
        tell_followers(person.pk)
