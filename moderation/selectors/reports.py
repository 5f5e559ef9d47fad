"""Every read of what people reported."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.models import User
from characters.selectors.cast import Viewer
from moderation.models import Report

TABLE = Report._meta.db_table
State = Report.State
MOST = 100


def open_report_of(*, user: Viewer, kind: str, subject: UUID) -> Report | None:
    """What this person said of this, while nobody has decided on it."""
    if not user.is_authenticated:
        return None
    return Report.objects.filter(reporter=user, case__kind=kind, case__subject=subject, state=State.OPEN).first()


@dataclass(frozen=True, slots=True)
class Made:
    """One of somebody's own reports. `news`: decided since they looked last."""

    report: Report
    kind: str
    name: str
    news: bool


def reports_of(user: User) -> "QuerySet[Report]":
    """Their own, the newest first."""
    return (
        Report.objects.filter(reporter=user)
        .select_related("case", "version", "story_version")
        .defer("story_version__source", "story_version__report")
        .order_by("-id")
    )


def made_by(user: User) -> list[Made]:
    """As they read them themselves: what became of each, nothing of whom it was about."""
    return [
        Made(
            report,
            report.case.get_kind_display() if report.case else "",
            _named(report),
            news=report.state != State.OPEN and report.seen_at is None,
        )
        for report in reports_of(user)[:MOST]
    ]


def _named(report: Report) -> str:
    if report.story_version is not None:
        return report.story_version.called(get_language() or "en")
    return report.version.name if report.version else ""


def text_of(report: Report) -> str:
    """What the reporter wrote. Raises ContentLost when their key was destroyed."""
    sealed = bytes(report.text)
    return cipher_for(key_id_of(sealed)).open(sealed, Place(TABLE, report.pk)) if sealed else ""
