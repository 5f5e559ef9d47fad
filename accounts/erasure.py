"""Letting people go."""

import datetime
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.models import DataKey, UsageDay, User
from accounts.payments.services import end_payments
from accounts.spending.ledger import forget_person

logger = logging.getLogger(__name__)

Eraser = Callable[[User], None]
_erasers: list[Eraser] = []
_partings: list[Eraser] = []


def on_erasure(eraser: Eraser) -> Eraser:
    """For apps above, in their `apps.py`: `eraser(user)` deletes what they keep and no cascade reaches."""
    if eraser not in _erasers:
        _erasers.append(eraser)
    return eraser


def on_parting(parting: Eraser) -> Eraser:
    """For apps above: `parting(user)` hands on what others go on with, while its keys can still be wrapped anew."""
    if parting not in _partings:
        _partings.append(parting)
    return parting


def idle_guests(since: datetime.datetime) -> QuerySet[User]:
    """Neither came, nor read, nor spoke since then."""
    spoke = UsageDay.objects.filter(user=OuterRef("pk"), day__gte=since.date())
    return User.objects.filter(
        ~Exists(spoke),
        Q(last_login__lt=since) | Q(last_login=None),
        Q(seen_on__lt=since.date()) | Q(seen_on=None),
        is_guest=True,
        date_joined__lt=since,
    )


def forget_guests_idle_since(since: datetime.datetime, *, limit: int) -> int:
    """Erase up to `limit` of them; returns how many. Safe to run twice at once."""
    forgotten = 0
    for user_id in list(idle_guests(since).order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            guest = idle_guests(since).select_for_update(skip_locked=True, of=("self",)).filter(pk=user_id).first()
            if guest is None:
                continue
            erase(guest)
            forgotten += 1
    if forgotten:
        logger.info("forgot %s idle guests", forgotten)
    return forgotten


@transaction.atomic
def erase(user: User) -> None:
    """What is handed on, then the keys: whatever a backup or a missed row still holds cannot be read from then on."""
    for parting in reversed(_partings):
        parting(user)
    end_payments(user)
    keys = DataKey.objects.filter(owner=user)
    key_ids = list(keys.values_list("pk", flat=True))
    keys.filter(destroyed_at=None).update(wrapped=b"", destroyed_at=timezone.now())
    for key_id in key_ids:
        ciphers.drop(key_id)
    # The highest app first: what it keeps may hold on to what is below.
    for eraser in reversed(_erasers):
        eraser(user)
    forget_person(user)
    user.delete()
