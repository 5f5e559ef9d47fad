"""Opening cases: by people who report something, and by filters. What is open already is added to.

Nobody waits for a case: whoever calls this from a turn does it after the turn.
"""

import logging
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.encryption import Cipher, Place, cipher_of
from accounts.errors import ContentLost
from accounts.ids import uuid7
from accounts.models import User
from moderation.chain import Reason, Verdict
from moderation.models import Case, Exhibit
from moderation.severity import gravest, severity_of
from moderation.subjects import Evidence

logger = logging.getLogger(__name__)

MOST_EXHIBITS = 20  # of one case; the oldest of what filters found goes
LONGEST = 4_000  # of a text that is kept
AROUND = 600  # before and after what was found, of a longer one
Kind = Case.Kind


def open_finding(
    verdict: Verdict,
    *,
    text: str,
    stage: str,
    surface: str = "",
    user: User | None = None,
    message: UUID | None = None,
    character: UUID | None = None,
    conversation: UUID | None = None,
    cipher: Cipher | None = None,
) -> Case | None:
    """For the chain: put what a verdict has queued before moderators. None where nothing is queued.

    The case is of the message where it is stored, of the character for what its author wrote, else of the player.
    `user` is whose words or work it is, None for the reply of a character; then `cipher` is the talk's.
    """
    reasons = [reason for reason in verdict.reasons if reason.rule.queue or reason.rule.action == "queue"]
    if not verdict.queued or not reasons:
        return None
    kind, subject = (
        (Kind.CHARACTER, character)
        if character is not None
        else (Kind.MESSAGE, message)
        if message is not None
        else (Kind.PLAYER, user.pk if user else None)
    )
    if subject is None:
        raise ValueError("a finding is of a message, a character or a person")
    worst = gravest(reason.finding for reason in reasons)
    excerpt, moved = _excerpt(text, worst.span)
    told = [_told(reason, moved, len(excerpt)) for reason in verdict.reasons]
    sealed_by = cipher or (_cipher_or_none(user) if user else None)
    evidence = Evidence(excerpt, sealed_by, stage, surface, message, conversation, told) if sealed_by else None
    return open_case(
        kind=kind,
        subject=subject,
        rule=worst.rule,
        severity=severity_of(worst),
        about=user,
        conversation=conversation,
        evidence=evidence,
        found=1,
    )


@transaction.atomic
def open_case(
    *,
    kind: str,
    subject: UUID,
    rule: str,
    severity: int,
    about: User | None = None,
    conversation: UUID | None = None,
    evidence: Evidence | None = None,
    told: int = 0,
    found: int = 0,
) -> Case:
    """The open case of this thing, with what is new. Its gravest rule counts. Safe for many at once."""
    case = _open(kind, subject) or _make(kind, subject, rule, severity, about, conversation)
    Case.objects.filter(pk=case.pk, severity__lt=severity).update(rule=rule[:40])
    Case.objects.filter(pk=case.pk).update(
        severity=Greatest("severity", severity),
        told=F("told") + told,
        found=F("found") + found,
        last_at=timezone.now(),
    )
    if evidence is not None:
        keep(case, evidence)
    case.refresh_from_db()
    return case


def keep(case: Case, evidence: Evidence) -> Exhibit:
    """What people reported stays; of what filters found, the newest."""
    exhibit_id = uuid7()
    made = Exhibit.objects.create(
        id=exhibit_id,
        case=case,
        stage=evidence.stage,
        surface=evidence.surface,
        message=evidence.message,
        conversation=evidence.conversation,
        findings=list(evidence.findings),
        text=evidence.cipher.seal(evidence.text[:LONGEST], Place(Exhibit._meta.db_table, exhibit_id)),
    )
    old = case.exhibits.exclude(stage="").values_list("pk", flat=True)[MOST_EXHIBITS:]
    if old:
        Exhibit.objects.filter(pk__in=list(old)).delete()
    return made


def _open(kind: str, subject: UUID) -> Case | None:
    return Case.objects.select_for_update().filter(kind=kind, subject=subject, outcome="").first()


def _make(kind: str, subject: UUID, rule: str, severity: int, about: User | None, conversation: UUID | None) -> Case:
    try:
        with transaction.atomic():
            made = Case.objects.create(
                kind=kind, subject=subject, rule=rule[:40], severity=severity, about=about, conversation=conversation
            )
    except IntegrityError:
        # Two may get here at once; the constraint decided.
        return Case.objects.select_for_update().get(kind=kind, subject=subject, outcome="")
    logger.info("case %s of %s %s: %s, severity %s", made.pk, kind, subject, rule, severity)
    return made


def _excerpt(text: str, span: tuple[int, int] | None) -> tuple[str, int]:
    """The text, or what stands around what was found; and by how much places moved."""
    if len(text) <= LONGEST:
        return text, 0
    start = max(0, (span[0] if span else 0) - AROUND)
    return text[start : start + LONGEST], start


def _told(reason: Reason, moved: int, length: int) -> dict[str, Any]:
    """As it is kept and shown: codes, a score and a place; the note is of the list, not of the text."""
    finding = reason.finding
    told = {
        "filter": finding.filter,
        "finding": finding.rule,
        "score": round(finding.score, 3),
        "note": finding.note,
        "rule": reason.rule.name,
        "action": str(reason.rule.action),
    }
    if finding.span:
        start, end = (max(0, min(place - moved, length)) for place in finding.span)
        if start < end:
            told["span"] = [start, end]
    return told


def _cipher_or_none(user: User) -> Cipher | None:
    try:
        return cipher_of(user)
    except ContentLost:  # being erased at this moment
        return None
