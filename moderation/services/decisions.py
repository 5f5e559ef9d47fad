"""Deciding cases: each action in the audit log, whom it hits is told why, and whoever reported is told what came of it.

All of it happens, or none: a case is closed with what was done about it.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, Invalid, ProductError
from accounts.ids import uuid7
from accounts.models import Profile, Sanction, User
from accounts.selectors import profile_of
from accounts.written import as_written
from characters.tasks import queue_on_commit
from moderation import tasks
from moderation.models import Case, Notice, Reason, Report
from moderation.selectors.notices import NOTICE_TABLE
from moderation.services import audit, sanctions
from moderation.services.desk import noted, to_work
from moderation.services.news import look_for_news
from moderation.severity import reason_for
from moderation.subjects import subject_of

MAX_TEXT = sanctions.MAX_TEXT
Kind = Case.Kind
Outcome = Case.Outcome

# What moderators call things, for statistics and for whoever looks at the filters: codes, not words about people.
LABELS = {
    "spam": _("spam"),
    "false_alarm": _("false alarm of a filter"),
    "fiction": _("dark, but fiction"),
    "sensitive": _("sensitive"),
    "coordinated": _("several together"),
    "test": _("a test"),
}
SANCTIONS = {
    Outcome.WARNED: Sanction.Kind.WARNED,
    Outcome.SUSPENDED: Sanction.Kind.SUSPENDED,
    Outcome.BANNED: Sanction.Kind.BANNED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`text` is what the person reads; `note` moderators alone. `rule`: which one was broken."""

    outcome: str
    rule: str = ""
    text: str = ""
    note: str = ""
    days: int | None = None
    labels: tuple[str, ...] = field(default=())


def offered(case: Case) -> list[str]:
    """What can be done here: people are warned, things are removed."""
    can = [Outcome.DISMISSED, Outcome.LABELLED]
    if case.kind != Kind.PLAYER:
        can.append(Outcome.REMOVED)
    if case.about_id is not None:
        can += [Outcome.WARNED, Outcome.RESTRICTED, Outcome.SUSPENDED, Outcome.BANNED]
    return [str(each) for each in can]


@transaction.atomic
def decide(*, case_id: UUID, by: User, decision: Decision) -> Case:
    """Raises as `desk.claim`, Invalid with the field, and what a sanction raises."""
    case = to_work(case_id, by)
    decision = _checked(case, decision)
    sanction = _act(case, by, decision)
    _close(case, by, decision)
    audit.record(
        f"case.{decision.outcome}",
        by=by,
        kind="case",
        subject=case.pk,
        of=case.kind,
        what=str(case.subject),
        rule=decision.rule,
        labels=list(decision.labels),
        sanction=str(sanction.pk) if sanction else None,
    )
    case.refresh_from_db()
    return case


def decide_several(*, case_ids: Iterable[UUID], by: User, decision: Decision) -> tuple[int, set[str]]:
    """Each by itself, as spam is: how many, and in words why others were not."""
    done, refused = 0, set()
    for case_id in case_ids:
        try:
            decide(case_id=case_id, by=by, decision=decision)
        except ProductError as error:
            refused.add(str(error.message))
        else:
            done += 1
    return done, refused


def _act(case: Case, by: User, decision: Decision) -> Sanction | None:
    outcome = decision.outcome
    if outcome == Outcome.REMOVED:
        stood = subject_of(case.kind).remove(case=case, by=by, reason=decision.text)
        Case.objects.filter(pk=case.pk).update(stood=stood)
        if case.about is not None:
            tell_removed(case, decision.rule, decision.text)
        return None
    if outcome == Outcome.RESTRICTED:
        kind = Sanction.Kind.NO_PUBLISHING if case.kind in Case.MADE else Sanction.Kind.NO_ROOMS
        return _sanction(case, by, kind, decision)
    if outcome in SANCTIONS:
        return _sanction(case, by, SANCTIONS[Outcome(outcome)], decision)
    return None


def _sanction(case: Case, by: User, kind: str, decision: Decision) -> Sanction:
    assert case.about is not None
    imposed = sanctions.impose(
        user=case.about, by=by, kind=kind, rule=decision.rule, text=decision.text, days=decision.days
    )
    Notice.objects.filter(sanction=imposed).update(case=case)
    return imposed


def tell_removed(case: Case, rule: str, text: str) -> None:
    assert case.about is not None
    notice_id = uuid7()
    Notice.objects.create(
        id=notice_id,
        user=case.about,
        rule=rule,
        case=case,
        kind=Notice.Kind.REMOVED,
        text=cipher_of(case.about).seal(text, Place(NOTICE_TABLE, notice_id)),
        appeal_until=timezone.now() + datetime.timedelta(days=settings.APPEAL_DAYS),
    )
    look_for_news([case.about.pk])
    # An author has a mail about the work already, where they want one.
    if case.kind not in Case.MADE or not profile_of(case.about).mail_decisions:
        tasks.tell_on_commit(notice_id)


def _close(case: Case, by: User, decision: Decision) -> None:
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(
        outcome=decision.outcome,
        labels=list(decision.labels),
        note=noted(case, decision.note),
        decided_by=by,
        decided_at=now,
        claimed_by=None,
        claimed_until=None,
    )
    state = Report.State.DISMISSED if decision.outcome == Outcome.DISMISSED else Report.State.UPHELD
    told = case.reports.filter(state=Report.State.OPEN)
    reporters = dict(told.exclude(reporter=None).values_list("pk", "reporter"))
    told.update(state=state, decided_by=by, decided_at=now, note=decision.note)
    look_for_news(reporters.values())
    wanted = set(Profile.objects.filter(user__in=reporters.values(), mail_reports=True).values_list("pk", flat=True))
    for report_id, reporter in reporters.items():
        if reporter in wanted:
            queue_on_commit(tasks.tell_outcome, str(report_id))


def _checked(case: Case, decision: Decision) -> Decision:
    outcome = decision.outcome
    if outcome not in Outcome.values or not outcome:
        raise Invalid(_("Choose what follows."), field="outcome")
    if outcome not in offered(case):
        raise Conflict(_("There is nobody behind this line, or nothing to remove."))
    if unknown := set(decision.labels) - set(LABELS):
        raise Invalid(_("There is no such label."), field="labels", unknown=sorted(unknown))
    if outcome == Outcome.LABELLED and not decision.labels:
        raise Invalid(_("Choose a label."), field="labels")
    rule = decision.rule or reason_for(case.rule)
    if rule not in Reason.values:
        raise Invalid(_("Choose the rule that was broken."), field="rule")
    text, note = as_written(decision.text), as_written(decision.note)
    needed = outcome not in (Outcome.DISMISSED, Outcome.LABELLED) and case.about_id is not None
    if needed and not text:
        raise Invalid(_("Say why: the person reads it."), field="text")
    if max(len(text), len(note)) > MAX_TEXT:
        raise Invalid(_("That is too long."), field="text", limit=MAX_TEXT)
    return Decision(outcome, rule, text, note, decision.days, decision.labels)
