"""What a guest reported becomes the account's."""

from django.db.models import Q

from accounts.models import User
from moderation.models import Report

State = Report.State


def hand_over(guest: User, user: User) -> None:
    """`accounts.guests.adopt` re-wraps the key of what they wrote. Nobody reports one character twice, or their own."""
    theirs = Report.objects.filter(reporter=guest)
    said = Report.objects.filter(reporter=user, state=State.OPEN).values("character")
    theirs.filter(Q(character__in=said) | Q(character__owner=user), state=State.OPEN).delete()
    theirs.update(reporter=user)
