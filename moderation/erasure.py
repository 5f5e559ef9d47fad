"""Letting go of who reported something and of what they wrote, and of what was kept of somebody for a case."""

from accounts.models import User
from moderation.models import Case, Exhibit, Report


def forget_reporter(user: User) -> None:
    """What was reported, and why, still wants a decision."""
    Report.objects.filter(reporter=user).update(reporter=None, text=b"")


def forget_exhibits(user: User) -> None:
    """Their keys are destroyed already: of their own words nothing is left to read, and the rows go too. So does what
    moderators noted of them; that there was a case, and how it ended, stays of nobody."""
    Case.objects.filter(about=user).update(note="")
    Exhibit.objects.filter(case__about=user).delete()
