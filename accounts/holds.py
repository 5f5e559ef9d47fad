"""Legal holds: what a court or an authority may still ask for is neither swept away nor erased.

One works at once; a second pair of eyes has to look within a week, or it ends by itself. Lifting one takes two as well:
it stands until somebody else agrees; only whoever placed one that nobody confirmed takes it back alone. Every step
stands in the audit log. What a person ends with their own hand and at once (a temporary talk) is not touched by it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import record
from accounts.errors import Conflict, Forbidden, Invalid
from accounts.models import LegalHold, User

UNCONFIRMED = timedelta(days=7)
LONGEST = timedelta(days=3_650)
KIND = "account"


def in_force(now: datetime | None = None) -> "QuerySet[LegalHold]":
    now = now or timezone.now()
    looked_at = ~Q(confirmed_at=None) | Q(placed_at__gt=now - UNCONFIRMED)
    return LegalHold.objects.filter(looked_at, lifted_at=None, until__gt=now)


def held_people(now: datetime | None = None) -> set[UUID]:
    return set(in_force(now).values_list("user_id", flat=True))


def held_until(user_id: UUID) -> datetime | None:
    """When the last hold on somebody ends, as things are; None for who is not held."""
    return in_force().filter(user=user_id).order_by("-until").values_list("until", flat=True).first()


def are_held(user_ids: Collection[UUID], now: datetime | None = None) -> bool:
    return in_force(now).filter(user__in=user_ids).exists()


@transaction.atomic
def place_hold(*, user: User, by: User, reason: str, until: datetime) -> LegalHold:
    """Raises Invalid with the field."""
    now = timezone.now()
    if not reason.strip():
        raise Invalid(_("Say what it follows from."), field="reason")
    if not now < until <= now + LONGEST:
        raise Invalid(_("It ends within ten years, and not before today."), field="until")
    # Whoever erases takes this lock, too: it is either held or gone.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    hold = LegalHold.objects.create(user=user, reason=reason.strip(), placed_by=by, placed_at=now, until=until)
    record("hold.placed", by=by, kind=KIND, subject=user.pk, hold=str(hold.pk), until=until.isoformat())
    return hold


@transaction.atomic
def confirm_hold(*, hold: LegalHold, by: User) -> None:
    """The second pair of eyes. Forbidden for who placed it, Conflict for one that is over or confirmed."""
    locked = _standing(hold)
    if locked.placed_by_id == by.pk:
        raise Forbidden(_("Somebody else has to look at it."))
    if locked.confirmed_at is not None:
        raise Conflict(_("It is confirmed already."))
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    locked.save(update_fields=["confirmed_by", "confirmed_at"])
    record("hold.confirmed", by=by, kind=KIND, subject=locked.user_id, hold=str(locked.pk))


@transaction.atomic
def ask_to_lift(*, hold: LegalHold, by: User) -> None:
    """The first of two; it stands until the second agrees. Conflict for one that is over, or of which it was asked."""
    locked = _standing(hold)
    if locked.lift_asked_at is not None:
        raise Conflict(_("Somebody asked for that already."))
    locked.lift_asked_by, locked.lift_asked_at = by, timezone.now()
    locked.save(update_fields=["lift_asked_by", "lift_asked_at"])
    record("hold.lift_asked", by=by, kind=KIND, subject=locked.user_id, hold=str(locked.pk))


def may_lift(hold: LegalHold, by: User) -> bool:
    """Whether it ends with this person's word: another one asked for it, or it is nobody's but theirs so far."""
    if hold.lift_asked_at is None:
        return hold.confirmed_at is None and hold.placed_by_id == by.pk
    return hold.lift_asked_by_id != by.pk


@transaction.atomic
def lift_hold(*, hold: LegalHold, by: User) -> None:
    """The second of two: whatever waited for it goes by the next sweep. Forbidden for who may not alone, Conflict for
    one that is over.
    """
    locked = _standing(hold)
    if not may_lift(locked, by):
        raise Forbidden(_("Somebody else has to look at it."))
    locked.lifted_by, locked.lifted_at = by, timezone.now()
    locked.save(update_fields=["lifted_by", "lifted_at"])
    record("hold.lifted", by=by, kind=KIND, subject=locked.user_id, hold=str(locked.pk))


def _standing(hold: LegalHold) -> LegalHold:
    locked = in_force().select_for_update(of=("self",)).filter(pk=hold.pk).first()
    if locked is None:
        raise Conflict(_("It is over."))
    return locked
