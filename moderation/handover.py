"""What a guest reported becomes the account's, and so does what was decided about them."""

from django.db.models import Q
from django.utils import timezone

from accounts.models import Sanction, User
from moderation.models import Case, Exhibit, Notice, Report
from moderation.services.news import look_for_news

State = Report.State


def hand_over(guest: User, user: User) -> None:
    """`accounts.guests.adopt` re-wraps the key of what they wrote. Nobody reports one thing twice, or their own."""
    theirs = Report.objects.filter(reporter=guest)
    said = Report.objects.filter(reporter=user, state=State.OPEN).values("case")
    theirs.filter(Q(case__in=said) | Q(case__about__in=[user, guest]), state=State.OPEN).delete()
    theirs.update(reporter=user)
    _one_person(guest, user)
    # What stands against a guest stands against the account.
    held = Sanction.objects.filter(user=user, lifted_at=None).values("kind")
    Sanction.objects.filter(user=guest, kind__in=held).exclude(kind=Sanction.Kind.WARNED).update(
        lifted_at=timezone.now()
    )
    Sanction.objects.filter(user=guest).update(user=user)
    Notice.objects.filter(user=guest).update(user=user)
    look_for_news([user.pk])


def _one_person(guest: User, user: User) -> None:
    """Cases about the guest are about the account; of two open ones about the person, the account's goes on."""
    Case.objects.filter(about=guest).update(about=user)
    of_person = Case.objects.filter(kind=Case.Kind.PLAYER)
    kept = of_person.filter(subject=user.pk, outcome="").first()
    for case in of_person.filter(subject=guest.pk, outcome="") if kept else ():
        Exhibit.objects.filter(case=case).update(case=kept)
        Report.objects.filter(case=case).update(case=kept)
        case.delete()
    of_person.filter(subject=guest.pk).update(subject=user.pk)
