"""Appeals: whom a decision hit says why it was wrong, and somebody else decides."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.ids import uuid7
from accounts.models import User
from accounts.written import as_written
from moderation import tasks
from moderation.models import Appeal, Notice
from moderation.selectors.notices import ANSWER_TABLE, APPEAL_TABLE
from moderation.services import audit
from moderation.services.news import look_for_news
from moderation.services.sanctions import MAX_TEXT
from moderation.subjects import subject_of

MAY_DECIDE = "moderation.change_appeal"
State = Appeal.State


class TooLate(Conflict):
    code = "too_late"
    message = _("The time to appeal is over.")


class AppealedAlready(Conflict):
    code = "appealed_already"
    message = _("You have appealed against this already.")


class OnesOwn(Forbidden):
    code = "ones_own"
    message = _("Somebody else has to decide: you made the decision, or it is about you.")


def appeal(*, user: User, notice_id: UUID, text: str) -> Appeal:
    """Raises NotFound for what is not theirs or no decision about them, Invalid, TooLate, AppealedAlready."""
    notice = Notice.objects.filter(pk=notice_id, user=user).exclude(kind=Notice.Kind.READ).first()
    if notice is None:
        raise NotFound
    text = checked(text, needed=True)
    if timezone.now() > notice.appeal_until:
        raise TooLate
    appeal_id = uuid7()
    sealed = cipher_of(user).seal(text, Place(APPEAL_TABLE, appeal_id))
    try:
        with transaction.atomic():
            made = Appeal.objects.create(id=appeal_id, notice=notice, text=sealed)
            audit.record("appeal.made", by=user, kind="appeal", subject=made.pk)
    except IntegrityError as error:
        raise AppealedAlready from error
    return made


@transaction.atomic
def decide(*, appeal: Appeal, by: User, granted: bool, answer: str) -> Appeal:
    """Granted, the sanction is lifted, or what was removed put back. The person reads the answer.

    Raises Forbidden, OnesOwn, Conflict, Invalid.
    """
    locked = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("notice__user", "notice__sanction", "notice__case")
        .get(pk=appeal.pk)
    )
    notice = locked.notice
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    if by.pk in deciders_of(notice) or by.pk == notice.user_id:
        raise OnesOwn
    if locked.state != State.OPEN:
        raise Conflict(_("This appeal is decided already."))
    answer = checked(answer, needed=True)
    locked.state = State.GRANTED if granted else State.DENIED
    locked.answer = cipher_of(notice.user).seal(answer, Place(ANSWER_TABLE, locked.pk))
    locked.decided_by, locked.decided_at = by, timezone.now()
    locked.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    if granted and notice.sanction is not None:
        sanctions.lift(sanction=notice.sanction)
    if granted and notice.kind == Notice.Kind.REMOVED and notice.case is not None:
        subject_of(notice.case.kind).put_back(case=notice.case, by=by)
    # What was read is news again.
    Notice.objects.filter(pk=notice.pk).update(read_at=None)
    look_for_news([notice.user_id])
    audit.record(f"appeal.{locked.state}", by=by, kind="user", subject=notice.user_id, appeal=str(locked.pk))
    tasks.tell_on_commit(notice.pk)
    return locked


def deciders_of(notice: Notice) -> set[UUID | None]:
    """Whoever had a hand in the decision."""
    sanction, case = notice.sanction, notice.case
    hands = {case.decided_by_id} if case else set()
    return (hands | {sanction.imposed_by_id, sanction.confirmed_by_id} if sanction else hands) - {None}


def checked(text: str, *, needed: bool) -> str:
    text = as_written(text)
    if needed and not text:
        raise Invalid(_("Say why in a few words."), field="text")
    if len(text) > MAX_TEXT:
        raise Invalid(_("That is too long."), field="text", limit=MAX_TEXT)
    return text
