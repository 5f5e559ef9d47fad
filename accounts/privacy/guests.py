"""Guests whom nobody saw for a month go: a rule of retention."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.holds import held_people
from accounts.models import UsageDay, User
from accounts.privacy.going import Held, go
from accounts.retention import KEPT_GUESTS

AT_ONCE = 200


def idle_guests(since: datetime) -> "QuerySet[User]":
    """Neither came, nor read, nor spoke since then."""
    spoke = UsageDay.objects.filter(user=OuterRef("pk"), day__gte=since.date())
    return User.objects.filter(
        ~Exists(spoke),
        Q(last_login__lt=since) | Q(last_login=None),
        Q(seen_on__lt=since.date()) | Q(seen_on=None),
        is_guest=True,
        date_joined__lt=since,
    )


def forget_guests_idle_since(since: datetime, *, limit: int = AT_ONCE) -> int:
    """Erase up to `limit` of them, each with a receipt; returns how many. Safe to run twice at once."""
    forgotten = 0
    idle = idle_guests(since).exclude(pk__in=held_people())
    for user_id in list(idle.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            guest = idle_guests(since).select_for_update(skip_locked=True, of=("self",)).filter(pk=user_id).first()
            if guest is None:
                continue
            try:
                go(guest)
            except Held:
                continue
            forgotten += 1
    return forgotten


def due(now: datetime) -> dict[str, int]:
    idle, held = idle_guests(now - KEPT_GUESTS), held_people(now)
    return {"guests": idle.exclude(pk__in=held).count(), "held": idle.filter(pk__in=held).count()}


def sweep(now: datetime) -> dict[str, int]:
    gone = 0
    while forgotten := forget_guests_idle_since(now - KEPT_GUESTS):
        gone += forgotten
    return {"guests": gone}
