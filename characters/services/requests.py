"""A request to show somebody's work to others: who may ask, who decides, what its author is told; for every kind of
work alike.

What a kind reads before, and what goes on stage with a decision, it says itself (`characters.services.publishing`,
`stories.services.publishing`). Private needs no decision, and neither does showing less. While a request waits, others
go on seeing what was granted before.
"""

import hashlib
import logging
from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.models import User
from accounts.written import as_written
from characters import tasks
from characters.checks import Finding
from characters.models import PublishingRequest, Visibility
from characters.services.releases import REACH

logger = logging.getLogger(__name__)

MAX_REASON = 2_000
MAY_LOOK = "characters.view_publication"
MAY_DECIDE = "characters.change_publication"
State = PublishingRequest.State
M = TypeVar("M", bound=models.Model)
R = TypeVar("R", bound=PublishingRequest)


class Work(Protocol):
    """What somebody made and can show: a character, a story."""

    pk: Any
    owner: Any
    owner_id: Any
    published: Any
    published_id: Any
    visibility: Any
    rating: Any
    tags: Any
    publications: Any
    """Its requests."""


Show = Callable[[Any, str], None]
"""How a kind writes down who sees a work from now on."""


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = _("This request is no longer waiting.")


class ChangedSince(Conflict):
    """What would go on stage is not what was read."""

    code = "changed_since"
    message = _(
        "The author changed lore, knowledge, tags or rating since you opened this. Read what is new, then decide."
    )


class OnesOwn(Forbidden):
    """Four eyes: nobody decides on what they asked for, or wrote."""

    code = "ones_own"
    message = _("Somebody else has to decide on your own work.")


def locked(kind: type[M], work_id: UUID) -> M:
    """Who asks, withdraws and decides at the same moment comes one after the other. Raises NotFound."""
    found = kind._default_manager.select_for_update(of=("self",)).filter(pk=work_id, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


def check_asking(work: Work, *, by: User, wanted: str) -> None:
    """Raises NotFound for who does not own it, Forbidden for a guest, and for whom a sanction keeps from it."""
    if work.owner_id != by.pk:
        raise NotFound
    if wanted == Visibility.PRIVATE:
        return
    if by.is_guest:
        raise Forbidden(_("Sign up first: a guest cannot show to others what they made."))
    sanctions.forbid(by, sanctions.Kind.NO_PUBLISHING)


def seen_already(work: Work, wanted: str) -> bool:
    """Whether these people, or more, see the work; in whatever version."""
    return REACH.index(Visibility(wanted)) <= REACH.index(Visibility(work.visibility))


def ask(
    work: Work, *, version: Any, by: User, visibility: str, findings: list[Finding], granted: bool, **more: Any
) -> Any:
    """Write the request down, in place of one that waits. The work is locked."""
    end_waiting(work)
    return work.publications.create(
        version=version,
        asked_by=by,
        visibility=visibility,
        findings=[finding.as_dict() for finding in findings],
        state=State.GRANTED if granted else State.WAITING,
        decided_at=timezone.now() if granted else None,
        **more,
    )


@transaction.atomic
def withdraw(*, work: models.Model, by: User) -> None:
    """The author thought better of it. Raises NotFound for others, AlreadyDecided."""
    held: Any = locked(type(work), work.pk)
    if held.owner_id != by.pk:
        raise NotFound
    if not end_waiting(held):
        raise AlreadyDecided


def end_waiting(work: Work) -> bool:
    waiting = work.publications.filter(state=State.WAITING)
    return bool(waiting.update(state=State.WITHDRAWN, decided_at=timezone.now()))


def settle(request: R, work: Work, *, by: User, granted: bool, reason: str, changed: bool = False) -> R:
    """Write a moderator's word down; the author is told. The work is locked; what goes on stage is the caller's.

    `changed`: what would go there is not what the moderator read. Raises Forbidden without the right, OnesOwn,
    AlreadyDecided, ChangedSince, Invalid for a refusal without a reason.
    """
    waiting = type(request)._default_manager.select_related("version").get(pk=request.pk)
    check_deciding(work, by=by, asked_by=waiting.asked_by_id)
    if waiting.state != State.WAITING:
        raise AlreadyDecided
    reason = checked_reason(reason, needed="" if granted else _("A refusal needs a reason: the author reads it."))
    if granted and changed:
        raise ChangedSince
    waiting.state = State.GRANTED if granted else State.REFUSED
    waiting.reason, waiting.decided_by, waiting.decided_at = reason, by, timezone.now()
    waiting.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _tell_author(waiting)
    return waiting


@transaction.atomic
def hide(*, work: models.Model, show: Show, by: User, reason: str) -> None:
    """A moderator takes it off the stage: only its author sees it, and reads why on its page and in an e-mail. Talks
    and plays that run go on.

    What waits goes on waiting: it is decided by itself. Raises NotFound, Forbidden without the right, OnesOwn, Invalid.
    """
    held: Any = locked(type(work), work.pk)
    check_deciding(held, by=by)
    reason = checked_reason(reason, needed=_("Hiding needs a reason: the author reads it."))
    show(held, Visibility.PRIVATE)
    work.visibility = held.visibility  # type: ignore[attr-defined]  # the one that was handed in says what is now
    _told(held, State.HIDDEN, by, reason)


@transaction.atomic
def show_again(
    kind: type[models.Model], work_id: UUID, *, show: Show, version_id: UUID, visibility: str, by: User
) -> bool:
    """What was hidden was hidden wrongly: others see it as they did. Rights are the caller's to look at.

    False where it is gone, or another version stands there now that nobody has looked at.
    """
    still = kind._default_manager.select_for_update(of=("self",)).select_related("owner", "published")
    hidden = still.filter(pk=work_id, deleted_at=None, visibility=Visibility.PRIVATE, published=version_id)
    held: Any = hidden.first()
    if held is None or visibility == Visibility.PRIVATE:
        return False
    show(held, visibility)
    _told(held, State.GRANTED, by)
    return True


def check_deciding(work: Work, *, by: User, asked_by: UUID | None = None) -> None:
    """Raises Forbidden without the right, OnesOwn."""
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    if by.pk in (asked_by, work.owner_id):
        raise OnesOwn


def checked_reason(reason: str, *, needed: str | Promise = "") -> str:
    """What an author is told; `needed` says so where one has to be given. Raises Invalid."""
    reason = as_written(reason)
    if needed and not reason:
        raise Invalid(needed, field="reason")
    if len(reason) > MAX_REASON:
        raise Invalid(_("That is too long."), field="reason", limit=MAX_REASON)
    return reason


def mark_of(work: Work, told: object = None) -> str:
    """Another one as soon as its author changes anything that a decision is about; versions never change.

    `told` is what else would go on stage.
    """
    tags = sorted(work.tags.values_list("code", flat=True))
    return hashlib.sha256(repr((told, work.rating, tags)).encode("utf-8", "surrogatepass")).hexdigest()


def _told(work: Work, state: str, by: User, reason: str = "") -> None:
    """Leave a request for what a moderator did unasked. Of a work of the house there is nobody to tell."""
    if work.owner is None or work.published is None:
        return
    _tell_author(
        work.publications.create(
            version=work.published,
            asked_by=work.owner,
            visibility=work.visibility,
            state=state,
            reason=reason,
            decided_by=by,
            decided_at=timezone.now(),
        )
    )


def _tell_author(decided: PublishingRequest) -> None:
    tasks.queue_on_commit(tasks.tell_decision, str(decided.pk), decided._meta.label)
    logger.info("%s %s: %s", decided._meta.label, decided.pk, decided.state)
