"""Letting go of who reported something, and of what they wrote."""

from accounts.models import User
from moderation.models import Report


def forget_reporter(user: User) -> None:
    """What was reported, and why, still wants a decision."""
    Report.objects.filter(reporter=user).update(reporter=None, text=b"")
