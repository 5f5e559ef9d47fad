"""Notices of rights holders: received from anybody, decided by a moderator, answered by the author.

Hidden, the author reads why and may answer with a counter-notice; a moderator shows the character again, or does not.
"""

import logging
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.limits import Bucket, charge, hash_ip
from accounts.models import User
from characters.models import Character, Publication, Visibility
from characters.selectors import edition_of
from characters.selectors.cast import open_to_adults
from characters.services.publishing import hide, show_again
from characters.services.requests import OnesOwn, checked_reason
from moderation.models import Case, Reason, RightsNotice
from moderation.services import audit
from moderation.services.cases import open_case

logger = logging.getLogger(__name__)

MAY_DECIDE = "moderation.change_rightsnotice"
MAX_COUNTER = 4_000
COUNTER_TABLE = f"{RightsNotice._meta.db_table}.counter"
State = RightsNotice.State


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = _("This notice is decided already.")


@transaction.atomic
def receive(*, character_id: UUID, ip: str | None, **said: Any) -> RightsNotice:
    """From anybody who can say what was taken. `said` are fields of the form, which checked them.

    Raises NotFound for what nobody but its author sees, RateLimited.
    """
    character = shown_to_others(character_id)
    charge([Bucket("ip", f"rights:{hash_ip(ip or '')}", per_minute=1, burst=5)])
    notice = RightsNotice.objects.create(character=character, version=edition_of(character), **said)
    open_case(
        kind=Case.Kind.CHARACTER,
        subject=character.pk,
        rule=Reason.RIGHTS,
        severity=Case.Severity.HIGH,
        about=character.owner,
        told=1,
    )
    logger.info("rights notice %s of character %s", notice.pk, character.pk)
    return notice


def shown_to_others(character_id: UUID) -> Character:
    """What anybody with the link could open, of whatever rating. Raises NotFound."""
    found = open_to_adults(AnonymousUser()).select_related("published", "owner").filter(pk=character_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def uphold(*, notice: RightsNotice, by: User, reason: str) -> RightsNotice:
    """The character is hidden, and its author reads the reason and that they may answer. Raises as `_to_decide`."""
    locked = _to_decide(notice, by, State.OPEN)
    was = locked.character.visibility
    locked.was = was if was in (Visibility.UNLISTED, Visibility.PUBLIC) else Visibility.PRIVATE
    hide(character=locked.character, by=by, reason=reason)
    return _decided(locked, State.HIDDEN, by, reason)


@transaction.atomic
def refuse(*, notice: RightsNotice, by: User, reason: str = "") -> RightsNotice:
    """The character stays. Raises as `_to_decide`."""
    return _decided(_to_decide(notice, by, State.OPEN), State.REFUSED, by, checked_reason(reason))


@transaction.atomic
def restore(*, notice: RightsNotice, by: User, reason: str = "") -> RightsNotice:
    """As it was shown before; what its author changed since has to be asked for. Raises as `_to_decide`."""
    locked = _to_decide(notice, by, State.HIDDEN)
    character = locked.character
    hidden = Publication.objects.filter(character=character, state=Publication.State.HIDDEN).order_by("-pk").first()
    if version_id := hidden.version_id if hidden else character.published_id:
        visibility = locked.was or Visibility.UNLISTED
        show_again(character_id=character.pk, version_id=version_id, visibility=visibility, by=by)
    return _decided(locked, State.RESTORED, by, checked_reason(reason))


@transaction.atomic
def answer(*, user: User, character_id: UUID, text: str) -> RightsNotice:
    """The author's counter-notice, once. Raises NotFound, Invalid, Conflict."""
    notice = hidden_for(user=user, character_id=character_id)
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > MAX_COUNTER:
        raise Invalid(_("Say why, in up to 4,000 characters."), field="text", limit=MAX_COUNTER)
    sealed = cipher_of(user).seal(text, Place(COUNTER_TABLE, notice.pk))
    waiting = RightsNotice.objects.filter(pk=notice.pk, countered_at=None)
    if not waiting.update(counter=sealed, countered_at=timezone.now()):
        raise Conflict(_("You have answered this notice."))
    open_case(
        kind=Case.Kind.CHARACTER,
        subject=notice.character_id,
        rule=Reason.RIGHTS,
        severity=Case.Severity.HIGH,
        about=user,
        told=1,
    )
    notice.refresh_from_db()
    return notice


def hidden_for(*, user: User, character_id: UUID) -> RightsNotice:
    """For the author: the notice by which their character is hidden. Raises NotFound."""
    theirs = RightsNotice.objects.filter(character=character_id, character__owner=user, state=State.HIDDEN)
    found = theirs.select_related("character", "version").order_by("-pk").first()
    if found is None:
        raise NotFound
    return found


def _to_decide(notice: RightsNotice, by: User, state: str) -> RightsNotice:
    """As it stands, locked. Raises Forbidden without the right, OnesOwn, AlreadyDecided."""
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    Character.objects.select_for_update(of=("self",)).get(pk=notice.character_id)
    locked = RightsNotice.objects.select_related("character__published", "character__owner").get(pk=notice.pk)
    if by.pk == locked.character.owner_id:
        raise OnesOwn
    if locked.state != state:
        raise AlreadyDecided
    return locked


def _decided(notice: RightsNotice, state: str, by: User, reason: str) -> RightsNotice:
    notice.state, notice.reason, notice.decided_by, notice.decided_at = state, reason.strip(), by, timezone.now()
    notice.save()
    audit.record(f"rights.{state}", by=by, kind="character", subject=notice.character_id, notice=str(notice.pk))
    return notice
