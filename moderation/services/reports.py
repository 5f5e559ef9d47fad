"""Reports: whoever may see something may report it, and moderators decide.

Whom it is about is never told who reported it. An author learns that a character was reported and why, by
`character.reported`, which carries nothing else.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Invalid, TooLong
from accounts.ids import uuid7
from accounts.limits import Bucket, charge, hash_ip
from accounts.models import User
from accounts.written import as_written
from characters.services.webhooks import announce
from moderation.models import Case, Reason, Report
from moderation.selectors.reports import TABLE, open_report_of
from moderation.services.cases import open_case
from moderation.services.news import look_for_news
from moderation.severity import OF_REASONS
from moderation.subjects import Reported, subject_of

logger = logging.getLogger(__name__)

MAX_TEXT = 2_000
Kind = Case.Kind
State = Report.State


@transaction.atomic
def report(
    *, user: User, kind: str, subject: UUID, reason: str, text: str = "", ip: str | None = None
) -> tuple[Report, bool]:
    """The report, and whether it is new: while one is open, reporting the same again changes nothing.

    Raises NotFound for what they may not see, Forbidden for their own, Invalid with the field, RateLimited.
    """
    reported = subject_of(kind).reportable(user=user, subject=subject)
    reason, text = checked(reason, text)
    if (already := open_report_of(user=user, kind=kind, subject=subject)) is not None:
        return already, False
    charge(_buckets(user, ip))
    told_before = Report.objects.filter(case__kind=kind, case__subject=subject, state=State.OPEN).exists()
    case = open_case(
        kind=kind,
        subject=subject,
        rule=reason,
        severity=OF_REASONS[reason],
        about=reported.about,
        conversation=reported.conversation,
        evidence=None if told_before else reported.evidence,
        told=1,
    )
    report_id = uuid7()
    # Two tabs may both get here: they took turns at the case, and the constraint decides.
    made, new = Report.objects.get_or_create(
        reporter=user,
        case=case,
        state=State.OPEN,
        defaults={
            **reported.columns,
            "id": report_id,
            "reason": reason,
            "text": cipher_of(user).seal(text, Place(TABLE, report_id)) if text else b"",
        },
    )
    if new:
        _announce(reported, kind, subject, reason)
        logger.info("%s %s reported: %s, report %s", kind, subject, reason, made.pk)
    return made, new


def report_character(
    *, user: User, character_id: UUID, reason: str, text: str = "", ip: str | None = None
) -> tuple[Report, bool]:
    return report(user=user, kind=Kind.CHARACTER, subject=character_id, reason=reason, text=text, ip=ip)


def read_outcomes(user: User) -> None:
    """What became of their reports is no news any more."""
    Report.objects.filter(reporter=user, seen_at=None).exclude(state=State.OPEN).update(seen_at=timezone.now())
    look_for_news([user.pk])


def checked(reason: str, text: str) -> tuple[str, str]:
    text = as_written(text)
    if reason not in Reason.values:
        raise Invalid(_("Choose what is wrong."), field="reason")
    if len(text) > MAX_TEXT:
        raise TooLong(_("A report has at most 2,000 characters."), field="text", limit=MAX_TEXT)
    if reason == Reason.OTHER and not text:
        raise Invalid(_("Say in a few words what is wrong."), field="text")
    return reason, text


def _announce(reported: Reported, kind: str, subject: UUID, reason: str) -> None:
    if kind == Kind.CHARACTER:
        told = {"character_id": str(subject), "name": reported.name, "reason": reason}
        announce("character.reported", reported.about, told)


def _buckets(user: User, ip: str | None) -> list[Bucket]:
    """Ten at once and one a minute; twice that from one address, where guests are easily made."""
    buckets = [Bucket("user", f"report:{user.pk.hex}", per_minute=1, burst=10)]
    return buckets + ([Bucket("ip", f"report:{hash_ip(ip)}", per_minute=2, burst=20)] if ip else [])
