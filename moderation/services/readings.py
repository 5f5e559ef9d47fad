"""Break glass: reading a whole talk. A reason, a second person who agrees, a few hours; and everybody in it is told.

Each step is in the audit log, and so is each time that it is read.
"""

import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, ContentLost, Forbidden, Invalid
from accounts.ids import uuid7
from accounts.models import User
from accounts.written import as_written
from moderation import tasks
from moderation.models import Notice, Reading, Reason
from moderation.selectors.notices import NOTICE_TABLE
from moderation.services import audit
from moderation.services.news import look_for_news
from moderation.subjects import Line, talks

MAY_READ = "moderation.change_reading"
SHORTEST, LONGEST = 20, 500
KIND = "conversation"


class OnesOwn(Forbidden):
    code = "ones_own"
    message = gettext_lazy("Somebody else has to agree: you asked for it, or you take part in this talk.")


class NotOpen(Forbidden):
    code = "not_open"
    message = gettext_lazy("This talk is not open to you: nobody agreed, or the time is over.")


@transaction.atomic
def ask_to_read(*, conversation: UUID, by: User, reason: str) -> Reading:
    """Raises Forbidden, NotFound for a talk that is not there, Invalid, Conflict when they have asked already."""
    if not by.has_perm(MAY_READ):
        raise Forbidden
    people = talks().people(conversation)
    if by in people:
        raise OnesOwn
    reason = " ".join(as_written(reason).split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise Invalid(
            gettext_lazy("Say why in 20 to 500 characters: those in the talk read it."), field="reason", limit=LONGEST
        )
    try:
        with transaction.atomic():
            asked = Reading.objects.create(conversation=conversation, reason=reason, asked_by=by)
    except IntegrityError as error:
        raise Conflict(gettext_lazy("You have asked already.")) from error
    audit.record("reading.asked", by=by, kind=KIND, subject=conversation, reading=str(asked.pk))
    return asked


@transaction.atomic
def agree(*, reading_id: UUID, by: User) -> Reading:
    """Open to whoever asked, for READING_HOURS; those in the talk are told at once. Raises as `refuse`."""
    asked = _to_decide(reading_id, by)
    now = timezone.now()
    asked.decided_by, asked.decided_at = by, now
    asked.until = now + datetime.timedelta(hours=settings.READING_HOURS)
    asked.save(update_fields=["decided_by", "decided_at", "until"])
    audit.record("reading.agreed", by=by, kind=KIND, subject=asked.conversation, reading=str(asked.pk))
    for person in talks().people(asked.conversation):
        _tell(person, asked)
    return asked


@transaction.atomic
def refuse(*, reading_id: UUID, by: User) -> Reading:
    """Raises Forbidden, OnesOwn, Conflict."""
    asked = _to_decide(reading_id, by)
    asked.decided_by, asked.decided_at = by, timezone.now()
    asked.save(update_fields=["decided_by", "decided_at"])
    audit.record("reading.refused", by=by, kind=KIND, subject=asked.conversation, reading=str(asked.pk))
    return asked


@transaction.atomic
def end(*, reading_id: UUID, by: User) -> Reading:
    """Before its time, by either of the two."""
    asked = Reading.objects.select_for_update(of=("self",)).get(pk=reading_id)
    if by.pk not in (asked.asked_by_id, asked.decided_by_id) or not asked.open:
        raise NotOpen
    asked.until = timezone.now()
    asked.save(update_fields=["until"])
    audit.record("reading.ended", by=by, kind=KIND, subject=asked.conversation, reading=str(asked.pk))
    return asked


@transaction.atomic
def read(*, reading_id: UUID, by: User, before: UUID | None = None) -> tuple[list[Line], UUID | None]:
    """What was said last in it, or last before a line; and before which line there is more. Each page is in the audit
    log. Raises NotOpen for everybody but who asked, and once the time is over; NotFound for a line of elsewhere.
    """
    asked = Reading.objects.get(pk=reading_id)
    if by.pk != asked.asked_by_id or not asked.open or not by.has_perm(MAY_READ):
        raise NotOpen
    lines, earlier = talks().lines(asked.conversation, before=before)
    audit.record("reading.read", by=by, kind=KIND, subject=asked.conversation, reading=str(asked.pk), lines=len(lines))
    return lines, earlier


def _to_decide(reading_id: UUID, by: User) -> Reading:
    if not by.has_perm(MAY_READ):
        raise Forbidden
    asked = Reading.objects.select_for_update(of=("self",)).get(pk=reading_id)
    if by.pk == asked.asked_by_id or by in talks().people(asked.conversation):
        raise OnesOwn
    if not asked.waits:
        raise Conflict(gettext_lazy("This is decided already."))
    return asked


def _tell(person: User, asked: Reading) -> None:
    """In their language, with the reason as it was given."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        name = talks().name(asked.conversation, person)
        text = _(
            "Somebody of the team may read your talk with %(name)s until %(until)s; a second person agreed. "
            "The reason given: %(reason)s"
        ) % {
            "name": name,
            "until": date_format(timezone.localtime(asked.until), "DATETIME_FORMAT"),
            "reason": asked.reason,
        }
    notice_id = uuid7()
    try:
        sealed = cipher_of(person).seal(text, Place(NOTICE_TABLE, notice_id))
    except ContentLost:
        return
    Notice.objects.create(
        id=notice_id,
        user=person,
        rule=Reason.OTHER,
        kind=Notice.Kind.READ,
        text=sealed,
        appeal_until=timezone.now() + datetime.timedelta(days=settings.APPEAL_DAYS),
    )
    look_for_news([person.pk])
    tasks.tell_on_commit(notice_id)
