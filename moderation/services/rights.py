"""Notices of rights holders, of characters and of stories alike (`subjects.Made`): received from anybody, decided by a
moderator, answered by the author.

Hidden, the author reads why and may answer with a counter-notice; another moderator shows the work again, or keeps it
hidden, and the author reads why.
"""

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.limits import Bucket, charge, hash_ip
from accounts.models import User
from accounts.written import as_written
from characters.models import PublishingRequest, Visibility
from characters.services.requests import checked_reason
from moderation.models import Case, Reason, RightsNotice
from moderation.selectors.rights import notices_of
from moderation.services import audit
from moderation.services.appeals import OnesOwn
from moderation.services.cases import open_case
from moderation.subjects import made_of

logger = logging.getLogger(__name__)

MAY_DECIDE = "moderation.change_rightsnotice"
MAX_COUNTER = 4_000
COUNTER_TABLE = f"{RightsNotice._meta.db_table}.counter"
State = RightsNotice.State


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = _("This notice is decided already.")


@transaction.atomic
def receive(*, kind: str, subject: UUID, ip: str | None, **said: Any) -> RightsNotice:
    """From anybody who can say what was taken. `kind` is one of `Case.MADE`, `said` are fields of the form, which
    checked them.

    Raises NotFound for what nobody but its author sees, RateLimited.
    """
    made = made_of(kind)
    work = made.open_to_all(subject)
    charge([Bucket("ip", f"rights:{hash_ip(ip or '')}", per_minute=1, burst=5)])
    notice = RightsNotice.objects.create(**made.columns(work, made.version_for(work)), **said)
    _open_case(notice, about=work.owner)
    logger.info("rights notice %s of %s %s", notice.pk, kind, work.pk)
    return notice


@transaction.atomic
def uphold(*, notice: RightsNotice, by: User, reason: str) -> RightsNotice:
    """The work is hidden, and its author reads the reason and that they may answer. Raises as `_to_decide`."""
    locked = _to_decide(notice, by, State.OPEN)
    locked.was = _shown_to(locked)
    reason = checked_reason(reason)
    made_of(locked.kind).hide(locked.subject, by=by, reason=reason)
    return _decided(locked, State.HIDDEN, by, reason)


@transaction.atomic
def refuse(*, notice: RightsNotice, by: User, reason: str = "") -> RightsNotice:
    """The work stays. Raises as `_to_decide`."""
    return _decided(_to_decide(notice, by, State.OPEN), State.REFUSED, by, checked_reason(reason))


@transaction.atomic
def restore(*, notice: RightsNotice, by: User, reason: str = "") -> RightsNotice:
    """As it was shown before, unless another notice keeps it hidden; what its author changed since has to be asked
    for. Raises as `_to_decide`."""
    restored = _decided(_to_decide(notice, by, State.HIDDEN), State.RESTORED, by, checked_reason(reason))
    work = restored.subject
    if version_id := _seen_last(work):
        visibility = restored.was or Visibility.UNLISTED
        made_of(restored.kind).show_again(work.pk, version_id=version_id, visibility=visibility, by=by)
    return restored


@transaction.atomic
def keep(*, notice: RightsNotice, by: User, reason: str) -> RightsNotice:
    """The answer does not convince: the work stays hidden, and its author reads why. Raises as `_to_decide`, and
    AlreadyDecided where no answer waits."""
    locked = _to_decide(notice, by, State.HIDDEN)
    if not locked.waits_for_second:
        raise AlreadyDecided
    reason = checked_reason(reason)
    made_of(locked.kind).hide(locked.subject, by=by, reason=reason)
    return _decided(locked, State.HIDDEN, by, reason, action="kept")


@transaction.atomic
def answer(*, user: User, kind: str, subject: UUID, text: str) -> RightsNotice:
    """The author's counter-notice, once. Raises NotFound, Invalid, Conflict."""
    notice = hidden_for(user=user, kind=kind, subject=subject)
    text = as_written(text)
    if not text or len(text) > MAX_COUNTER:
        raise Invalid(_("Say why, in up to 4,000 characters."), field="text", limit=MAX_COUNTER)
    sealed = cipher_of(user).seal(text, Place(COUNTER_TABLE, notice.pk))
    waiting = RightsNotice.objects.filter(pk=notice.pk, state=State.HIDDEN, countered_at=None)
    if not waiting.update(counter=sealed, countered_at=timezone.now()):
        raise Conflict(_("You have answered this notice."))
    _open_case(notice, about=user)
    notice.refresh_from_db()
    return notice


def hidden_for(*, user: User, kind: str, subject: UUID) -> RightsNotice:
    """For the author: the notice by which their work is hidden. Raises NotFound."""
    theirs = notices_of(kind, subject).filter(**{f"{kind}__owner": user}, state=State.HIDDEN)
    found = theirs.select_related(kind).order_by("-pk").first()
    if found is None:
        raise NotFound
    return found


def had_a_hand(notice: RightsNotice, user: User) -> bool:
    """Whose work it is, and once its author has answered also who hid it: four eyes, as with appeals."""
    return user.pk == notice.subject.owner_id or (notice.waits_for_second and user.pk == notice.decided_by_id)


def _to_decide(notice: RightsNotice, by: User, state: str) -> RightsNotice:
    """As it stands, locked. Raises Forbidden without the right, OnesOwn, AlreadyDecided."""
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    type(notice.subject)._default_manager.select_for_update(of=("self",)).get(pk=notice.subject_id)
    locked = RightsNotice.objects.select_related(f"{notice.kind}__published", f"{notice.kind}__owner").get(pk=notice.pk)
    if had_a_hand(locked, by):
        raise OnesOwn
    if locked.state != state:
        raise AlreadyDecided
    return locked


def _shown_to(notice: RightsNotice) -> str:
    """Who sees it now; where another notice has hidden it already, who saw it before that one."""
    if notice.subject.visibility in (Visibility.UNLISTED, Visibility.PUBLIC):
        return str(notice.subject.visibility)
    before = notices_of(notice.kind, notice.subject_id).filter(state=State.HIDDEN).order_by("-pk").first()
    return before.was if before else Visibility.PRIVATE


def _seen_last(work: Any) -> UUID | None:
    """The version that others saw when it was hidden. Hidden once more, by another notice or after an answer, it may be
    one that its author alone has seen."""
    done = work.publications.order_by("decided_at", "pk")
    shown = done.filter(state=PublishingRequest.State.GRANTED).exclude(visibility=Visibility.PRIVATE).last()
    hidden = done.filter(state=PublishingRequest.State.HIDDEN)
    first = (hidden.filter(decided_at__gt=shown.decided_at) if shown else hidden).first()
    version_id: UUID | None = first.version_id if first else work.published_id
    return version_id


def _open_case(notice: RightsNotice, *, about: User | None) -> None:
    open_case(
        kind=notice.kind,
        subject=notice.subject_id,
        rule=Reason.RIGHTS,
        severity=Case.Severity.HIGH,
        about=about,
        told=1,
    )


def _decided(notice: RightsNotice, state: str, by: User, reason: str, *, action: str = "") -> RightsNotice:
    notice.state, notice.reason, notice.decided_by, notice.decided_at = state, reason, by, timezone.now()
    # The author may answer in the same moment: what they say is not written over.
    notice.save(update_fields=["state", "was", "reason", "decided_by", "decided_at"])
    audit.record(f"rights.{action or state}", by=by, kind=notice.kind, subject=notice.subject_id, notice=str(notice.pk))
    return notice
