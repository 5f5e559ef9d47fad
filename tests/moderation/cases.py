"""Deciding on reports, as tests need it."""

from accounts.models import User
from moderation.models import Case, Report
from moderation.services.decisions import Decision, decide


def dismissed(report: Report, by: User, note: str = "") -> Report:
    return _decided(report, by, Decision("dismissed", note=note))


def removed(report: Report, by: User, text: str) -> Report:
    return _decided(report, by, Decision("removed", text=text))


def _decided(report: Report, by: User, decision: Decision) -> Report:
    assert isinstance(report.case, Case)
    decide(case_id=report.case.pk, by=by, decision=decision)
    report.refresh_from_db()
    return report
