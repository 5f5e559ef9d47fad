"""Who works on which case: given out one at a time, taken back by time, handed over, escalated.

A claim keeps a case for CLAIM_MINUTES; whoever goes home without a word keeps nothing. Cases about oneself, or reported
by oneself, are never given out.
"""

import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden, Invalid
from accounts.models import User
from accounts.written import as_written
from moderation.models import Case
from moderation.selectors.cases import workable
from moderation.services import audit

MAY_WORK = "moderation.change_case"
MAY_DECIDE_ESCALATED = "moderation.decide_escalated"
HANDED_OVER = datetime.timedelta(hours=24)


class Taken(Conflict):
    code = "taken"
    message = _("Somebody else works on this case.")


class OnesOwn(Forbidden):
    code = "ones_own"
    message = _("Somebody else has to decide: it is about you, or you reported it.")


class ForOperators(Forbidden):
    code = "escalated"
    message = _("This case was escalated: an operator decides.")


class ClosedAlready(Conflict):
    code = "already_decided"
    message = _("This case is closed already.")


@transaction.atomic
def take_next(*, by: User) -> Case | None:
    """The gravest and oldest that nobody works on, now theirs; what they hold already comes first. None: all done."""
    may_work(by)
    mine = workable(by).filter(claimed_by=by, claimed_until__gt=timezone.now()).order_by("-severity", "id").first()
    if mine is not None:
        return _claimed(mine, by)
    free = workable(by, free=True).order_by(F("escalated_at").asc(nulls_last=True), "-severity", "id")
    case = free.select_for_update(skip_locked=True, of=("self",)).first()
    return _claimed(case, by) if case else None


@transaction.atomic
def claim(*, case_id: UUID, by: User) -> Case:
    """Raises NotFound, ClosedAlready, Taken, OnesOwn, ForOperators."""
    return _claimed(to_work(case_id, by), by)


@transaction.atomic
def release(*, case_id: UUID, by: User) -> None:
    """Back into the queue, for whoever comes next."""
    case = to_work(case_id, by)
    if case.claimed_by_id == by.pk:
        Case.objects.filter(pk=case.pk).update(claimed_by=None, claimed_until=None)
        audit.record("case.released", by=by, kind="case", subject=case.pk)


@transaction.atomic
def hand_over(*, case_id: UUID, by: User, to: User) -> Case:
    """A colleague has it for a day. Raises Invalid for somebody who may not work on it."""
    case = to_work(case_id, by)
    if to.pk == by.pk or not to.has_perm(MAY_WORK) or not workable(to).filter(pk=case.pk).exists():
        raise Invalid(_("This colleague cannot work on this case."), field="to")
    Case.objects.filter(pk=case.pk).update(claimed_by=to, claimed_until=timezone.now() + HANDED_OVER)
    audit.record("case.handed_over", by=by, kind="case", subject=case.pk, to=str(to.pk))
    case.refresh_from_db()
    return case


@transaction.atomic
def escalate(*, case_id: UUID, by: User, note: str = "") -> Case:
    """Operators decide from now on, and find it before all others."""
    case = to_work(case_id, by)
    if case.escalated_at is None:
        Case.objects.filter(pk=case.pk).update(
            escalated_at=timezone.now(), claimed_by=None, claimed_until=None, note=noted(case, note)
        )
        audit.record("case.escalated", by=by, kind="case", subject=case.pk)
        case.refresh_from_db()
    return case


def to_work(case_id: UUID, by: User) -> Case:
    """Locked, and nobody else's. Raises as `claim`."""
    may_work(by)
    case = Case.objects.select_for_update(of=("self",)).select_related("about").get(pk=case_id)
    if not case.open:
        raise ClosedAlready
    if by.pk == case.about_id or case.reports.filter(reporter=by).exists():
        raise OnesOwn
    if case.escalated_at is not None and not by.has_perm(MAY_DECIDE_ESCALATED):
        raise ForOperators
    if case.claimed_by_id not in (None, by.pk) and case.claimed_until and case.claimed_until > timezone.now():
        raise Taken
    return case


def may_work(by: User) -> None:
    if not by.has_perm(MAY_WORK):
        raise Forbidden


def noted(case: Case, note: str) -> str:
    """What was noted before stays."""
    return "\n".join(filter(None, (case.note, as_written(note)[:2_000])))


def _claimed(case: Case, by: User) -> Case:
    """To whom it is given may read what is kept for it: so it is written down, once for each time."""
    now = timezone.now()
    new = case.claimed_by_id != by.pk or case.claimed_until is None or case.claimed_until <= now
    until = now + datetime.timedelta(minutes=settings.CLAIM_MINUTES)
    kept = case.claimed_until if not new and case.claimed_until and case.claimed_until > until else until
    Case.objects.filter(pk=case.pk).update(claimed_by=by, claimed_until=kept)
    if new:
        audit.record("case.claimed", by=by, kind="case", subject=case.pk)
    case.refresh_from_db()
    return case
