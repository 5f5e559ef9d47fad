"""What somebody may not do: the one place that knows, for pages, sockets, the API and every task.

Who is kept out has an account that is not active: sign-in, sessions, sockets, keys, rooms and shared links look at that
already. An end that has come is noticed every minute, and by whoever tries to sign in.
"""

import datetime
import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden, Invalid
from accounts.models import Sanction, User

logger = logging.getLogger(__name__)

Kind = Sanction.Kind
UNCONFIRMED_DAYS = 7  # a ban keeps out this long while a second moderator has not looked
MOST_DAYS = 3_650

Told = Callable[[User], None]
_closers: list[Told] = []


class Restricted(Forbidden):
    """`until` is when it ends by itself, as an ISO date; missing when it does not."""

    code = "restricted"
    message = _("You may not do this at the moment: a decision of the moderators stands against it.")


class KeptOut(Forbidden):
    """They are told where to read why, and how to appeal."""

    code = "kept_out"
    message = _("A decision of the moderators keeps you out. Read why, and appeal, at /account/inactive/.")


class SanctionedAlready(Conflict):
    code = "sanctioned_already"
    message = _("There is a sanction of this kind already.")


def on_keeping_out(closer: Told) -> Told:
    """For apps above, in their `apps.py`: `closer(user)` once somebody was put out, to close what they have open."""
    if closer not in _closers:
        _closers.append(closer)
    return closer


def in_force(user_id: UUID) -> "QuerySet[Sanction]":
    """What stands against somebody now; a warning stands against nothing."""
    now = timezone.now()
    still = Q(until=None) | Q(until__gt=now)
    return Sanction.objects.filter(still, user=user_id, lifted_at=None).exclude(kind=Kind.WARNED)


def forbid(user: User, kind: str) -> None:
    """Raises Restricted when somebody may not do what `kind` takes away."""
    found = in_force(user.pk).filter(kind=kind).first()
    if found is not None:
        raise Restricted(until=found.until.isoformat() if found.until else None)


def impose(*, user: User, kind: str, rule: str, by: User, until: datetime.datetime | None = None) -> Sanction:
    """Raises Invalid for an end that is not ahead, SanctionedAlready. Rights are the caller's to look at.

    A ban is for good once confirmed; until then it ends after UNCONFIRMED_DAYS.
    """
    now = timezone.now()
    if kind == Kind.BANNED:
        until = now + datetime.timedelta(days=UNCONFIRMED_DAYS)
    if until is not None and not now < until <= now + datetime.timedelta(days=MOST_DAYS):
        raise Invalid(_("The end has to be ahead, and within ten years."), field="until", limit=MOST_DAYS)
    if kind == Kind.SUSPENDED and until is None:
        raise Invalid(_("A suspension needs an end; for good is a ban."), field="until")
    _lift_due(Sanction.objects.filter(user=user))
    try:
        with transaction.atomic():
            sanction = Sanction.objects.create(user=user, kind=kind, rule=rule, since=now, until=until, imposed_by=by)
            if kind in Sanction.KEEPS_OUT:
                _see_to(user)
    except IntegrityError as error:
        raise SanctionedAlready from error
    logger.info("sanction %s on %s: %s", sanction.pk, user.pk, kind)
    return sanction


def confirm(*, sanction: Sanction, by: User) -> None:
    """The second pair of eyes for a ban, which is for good from now on."""
    if by.pk == sanction.imposed_by_id:
        raise Forbidden(_("Somebody else has to confirm what you imposed."))
    now = timezone.now()
    waiting = Sanction.objects.filter(pk=sanction.pk, kind=Kind.BANNED, confirmed_at=None, lifted_at=None)
    if not waiting.update(confirmed_by=by, confirmed_at=now, until=None):
        raise Conflict(_("This sanction waits for nobody."))
    sanction.refresh_from_db()


@transaction.atomic
def lift(*, sanction: Sanction) -> bool:
    """Whether it stood; who has no other one that keeps out may come in again."""
    lifted = Sanction.objects.filter(pk=sanction.pk, lifted_at=None).update(lifted_at=timezone.now())
    if lifted:
        sanction.refresh_from_db()
        if sanction.kind in Sanction.KEEPS_OUT:
            _see_to(sanction.user)
    return bool(lifted)


def lift_due(**whose: Any) -> int:
    """Those whose end has come, of everybody or as a filter says; returns how many. Safe to run twice at once."""
    return _lift_due(Sanction.objects.filter(**whose))


def _lift_due(those: "QuerySet[Sanction]") -> int:
    due = list(those.filter(lifted_at=None, until__lte=timezone.now()).select_related("user")[:500])
    for sanction in due:
        lift(sanction=sanction)
    return len(due)


def _see_to(user: User) -> None:
    """Let in or keep out, as what is in force says."""
    # The weaker lock: rows that name them may be made meanwhile, as a long import does.
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
    out = in_force(user.pk).filter(kind__in=Sanction.KEEPS_OUT).exists()
    User.objects.filter(pk=user.pk).update(is_active=not out)
    user.is_active = not out
    if out:
        for closer in _closers:
            transaction.on_commit(partial(closer, user))
