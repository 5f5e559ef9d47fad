"""What a guest reported becomes the account's, and so does what was decided about them."""

from django.db.models import Q
from django.utils import timezone

from accounts.models import Sanction, User
from moderation.models import Notice, Report

State = Report.State


def hand_over(guest: User, user: User) -> None:
    """`accounts.guests.adopt` re-wraps the key of what they wrote. Nobody reports one character twice, or their own."""
    theirs = Report.objects.filter(reporter=guest)
    said = Report.objects.filter(reporter=user, state=State.OPEN).values("character")
    theirs.filter(Q(character__in=said) | Q(character__owner=user), state=State.OPEN).delete()
    theirs.update(reporter=user)
    # What stands against a guest stands against the account.
    held = Sanction.objects.filter(user=user, lifted_at=None).values("kind")
    Sanction.objects.filter(user=guest, kind__in=held).exclude(kind=Sanction.Kind.WARNED).update(
        lifted_at=timezone.now()
    )
    Sanction.objects.filter(user=guest).update(user=user)
    Notice.objects.filter(user=guest).update(user=user)
