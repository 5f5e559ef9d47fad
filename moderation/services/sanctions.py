"""Sanctions as moderators impose them: whom it hits is told the rule, the reason and until when they may appeal.

All of it is in the audit log. A ban keeps out at once, and for good once a second moderator confirmed it.
"""

import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.encryption import Place, cipher_of
from accounts.errors import Forbidden, Invalid
from accounts.ids import uuid7
from accounts.models import Sanction, User
from accounts.written import as_written
from moderation import tasks
from moderation.models import Notice, Reason
from moderation.selectors.notices import NOTICE_TABLE
from moderation.services import audit
from moderation.services.news import look_for_news

MAY_SANCTION = "accounts.change_sanction"
MAX_TEXT = 2_000
KIND = "user"


class OnesOwn(Forbidden):
    code = "ones_own"
    message = _("Nobody decides about themselves.")


class OfTheTeam(Forbidden):
    code = "of_the_team"
    message = _("Only an operator decides about somebody of the team.")


class NoSuchLength(Invalid):
    message = _("From one day to ten years.")


@transaction.atomic
def impose(
    *,
    user: User,
    by: User,
    kind: str,
    rule: str,
    text: str,
    days: int | None = None,
) -> Sanction:
    """`text` is what the person reads; `days` for what ends by itself.

    Raises Forbidden without the right, OnesOwn, OfTheTeam, Invalid with the field (NoSuchLength for `days`),
    SanctionedAlready.
    """
    may_decide_about(by, user)
    kind, rule, text = _checked(kind, rule, text)
    if days is not None and not 1 <= days <= sanctions.MOST_DAYS:
        raise NoSuchLength(field="days", limit=sanctions.MOST_DAYS)
    until = timezone.now() + datetime.timedelta(days=days) if days else None
    sanction = sanctions.impose(user=user, kind=kind, rule=rule, by=by, until=until)
    _notice(user, sanction, rule, text)
    audit.record(f"sanction.{kind}", by=by, kind=KIND, subject=user.pk, sanction=str(sanction.pk), rule=rule, days=days)
    return sanction


@transaction.atomic
def confirm(*, sanction: Sanction, by: User) -> None:
    """The second pair of eyes for a ban. Raises Forbidden, OnesOwn, Conflict."""
    may_decide_about(by, sanction.user)
    sanctions.confirm(sanction=sanction, by=by)
    audit.record("sanction.confirmed", by=by, kind=KIND, subject=sanction.user_id, sanction=str(sanction.pk))


@transaction.atomic
def lift(*, sanction: Sanction, by: User) -> bool:
    """Before its end. Whether it stood."""
    may_decide_about(by, sanction.user)
    lifted = sanctions.lift(sanction=sanction)
    if lifted:
        audit.record("sanction.lifted", by=by, kind=KIND, subject=sanction.user_id, sanction=str(sanction.pk))
    return lifted


def may_decide_about(by: User, user: User) -> None:
    """Raises Forbidden, OnesOwn, OfTheTeam."""
    if not by.has_perm(MAY_SANCTION):
        raise Forbidden
    if by.pk == user.pk:
        raise OnesOwn
    if (user.is_staff or user.is_superuser) and not by.is_superuser:
        raise OfTheTeam


def _checked(kind: str, rule: str, text: str) -> tuple[str, str, str]:
    text = as_written(text)
    if kind not in Sanction.Kind.values:
        raise Invalid(_("Choose what follows."), field="kind")
    if rule not in Reason.values:
        raise Invalid(_("Choose the rule that was broken."), field="rule")
    if not text:
        raise Invalid(_("Say why: the person reads it."), field="text")
    if len(text) > MAX_TEXT:
        raise Invalid(_("That is too long."), field="text", limit=MAX_TEXT)
    return kind, rule, text


def _notice(user: User, sanction: Sanction, rule: str, text: str) -> None:
    notice_id: UUID = uuid7()
    Notice.objects.create(
        id=notice_id,
        user=user,
        rule=rule,
        sanction=sanction,
        text=cipher_of(user).seal(text, Place(NOTICE_TABLE, notice_id)),
        appeal_until=timezone.now() + datetime.timedelta(days=settings.APPEAL_DAYS),
    )
    look_for_news([user.pk])
    tasks.tell_on_commit(notice_id)
