"""Reports of characters: anybody who may open a character may report it, a moderator decides.

The author learns that it was reported and why, never by whom: `character.reported` carries nothing else.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, Forbidden, Invalid, NotFound, TooLong
from accounts.ids import uuid7
from accounts.limits import Bucket, charge, hash_ip
from accounts.models import User
from characters.models import Character
from characters.selectors import edition_of, get_character
from characters.selectors.cast import Viewer
from characters.services.publishing import OnesOwn, checked_reason, hide
from characters.services.webhooks import announce
from moderation.models import Reason, Report
from moderation.selectors import TABLE, open_report_of
from moderation.services import audit

logger = logging.getLogger(__name__)

MAX_TEXT = 2_000
MAY_DECIDE = "moderation.change_report"
State = Report.State


class YourOwn(Forbidden):
    code = "ones_own"
    message = _("This is your own character: change it, or take it off the stage.")


class AlreadyClosed(Conflict):
    code = "already_decided"
    message = _("This report is closed already.")


@transaction.atomic
def report_character(
    *, user: User, character_id: UUID, reason: str, text: str = "", ip: str | None = None
) -> tuple[Report, bool]:
    """The report, and whether it is new: while one is open, reporting again changes nothing.

    Raises NotFound for what they may not open, YourOwn, Invalid with the field, RateLimited.
    """
    character = reportable(user=user, character_id=character_id)
    reason, text = checked(reason, text)
    if (already := open_report_of(user=user, character=character)) is not None:
        return already, False
    charge(_buckets(user, ip))
    version, report_id = edition_of(character), uuid7()
    sealed = cipher_of(user).seal(text, Place(TABLE, report_id)) if text else b""
    # Two tabs may both get here; the constraint decides.
    report, new = Report.objects.get_or_create(
        reporter=user,
        character=character,
        state=State.OPEN,
        defaults={"id": report_id, "version": version, "reason": reason, "text": sealed},
    )
    if new:
        told = {"character_id": str(character.pk), "name": version.name, "reason": reason}
        announce("character.reported", character.owner, told)
        logger.info("character %s reported: %s, report %s", character.pk, reason, report.pk)
    return report, new


def reportable(*, user: Viewer, character_id: UUID) -> Character:
    """What this visitor may report, signed in or not. Raises NotFound, YourOwn."""
    try:
        character = get_character(user=user, character_id=character_id)
    except Character.DoesNotExist:
        raise NotFound from None
    if character.owner_id is not None and character.owner_id == user.pk:
        raise YourOwn
    return character


def checked(reason: str, text: str) -> tuple[str, str]:
    # A browser sends line ends as two signs and counts them as one.
    text = text.replace("\r\n", "\n").strip()
    if reason not in Reason.values:
        raise Invalid(_("Choose what is wrong."), field="reason")
    if len(text) > MAX_TEXT:
        raise TooLong(_("A report has at most 2,000 characters."), field="text", limit=MAX_TEXT)
    if reason == Reason.OTHER and not text:
        raise Invalid(_("Say in a few words what is wrong."), field="text")
    return reason, text


@transaction.atomic
def dismiss_report(*, report: Report, by: User, note: str = "") -> Report:
    """Unfounded: the character stays. Raises Forbidden without the right, OnesOwn, AlreadyClosed, Invalid."""
    locked = _to_decide(report, by)
    _close(Report.objects.filter(pk=locked.pk), State.DISMISSED, by, checked_reason(note))
    audit.record("report.dismissed", by=by, kind="character", subject=locked.character_id, report=str(locked.pk))
    locked.refresh_from_db()
    return locked


@transaction.atomic
def uphold_report(*, report: Report, by: User, note: str) -> Report:
    """The character is hidden, its author reads the note, and whatever else was reported of it is closed too.

    Raises as `dismiss_report`; the note is needed.
    """
    locked = _to_decide(report, by)
    hide(character=locked.character, by=by, reason=note)
    _close(Report.objects.filter(character=locked.character, state=State.OPEN), State.UPHELD, by, note.strip())
    audit.record("report.upheld", by=by, kind="character", subject=locked.character_id, report=str(locked.pk))
    locked.refresh_from_db()
    return locked


def _to_decide(report: Report, by: User) -> Report:
    """As it stands, while nobody else decides on the same character."""
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    Character.objects.select_for_update(of=("self",)).get(pk=report.character_id)
    locked = Report.objects.select_related("character").get(pk=report.pk)
    if by.pk in (locked.reporter_id, locked.character.owner_id):
        raise OnesOwn
    if locked.state != State.OPEN:
        raise AlreadyClosed
    return locked


def _close(reports: "QuerySet[Report]", state: str, by: User, note: str) -> None:
    closed = reports.update(state=state, decided_by=by, decided_at=timezone.now(), note=note)
    logger.info("%s reports %s", closed, state)


def _buckets(user: User, ip: str | None) -> list[Bucket]:
    """Ten at once and one a minute; twice that from one address, where guests are easily made."""
    buckets = [Bucket("user", f"report:{user.pk.hex}", per_minute=1, burst=10)]
    return buckets + ([Bucket("ip", f"report:{hash_ip(ip)}", per_minute=2, burst=20)] if ip else [])
