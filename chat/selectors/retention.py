"""How long the lines of a talk are kept, and what is due.

A line goes so many days after it was said (or brought): as its talk says, else as its owner's account, and never later
than the house keeps any. Nobody's lines go sooner than a week after they were told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, IntegerField, Max, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from accounts.holds import held_people
from accounts.ids import first_at, moment_of
from accounts.models import Profile, User
from chat.models import Conversation, Message, Participant, partitions

CHOICES = (7, 30, 90, 180, 365)
NOTICE = timedelta(days=7)
DAY = timedelta(days=1)


def choices() -> list[int]:
    """In days; what the house allows is the longest."""
    return [*(days for days in CHOICES if days < settings.CHATS_KEPT_DAYS), settings.CHATS_KEPT_DAYS]


def kept_by(user: User) -> int:
    """What holds for their talks that say nothing of their own."""
    return min(user.profile.keep_days or settings.CHATS_KEPT_DAYS, settings.CHATS_KEPT_DAYS)


def kept_in(conversation: Conversation) -> int:
    return min(conversation.keep_days or kept_by(conversation.owner), settings.CHATS_KEPT_DAYS)


def kept_talks() -> "QuerySet[Any]":
    """All but temporary ones, with `days`, and `since` from when their time counts."""
    house = Value(settings.CHATS_KEPT_DAYS, output_field=IntegerField())
    chosen = Least(Coalesce("keep_days", "owner__profile__keep_days", house), house)
    return Conversation.objects.filter(expires_at=None).annotate(
        days=chosen, since=Coalesce("brought_at", "created_at")
    )


def periods() -> list[int]:
    """Every number of days that is in use, the shortest first."""
    talks = Conversation.objects.exclude(keep_days=None).values_list("keep_days", flat=True).distinct()
    people = Profile.objects.exclude(keep_days=None).values_list("keep_days", flat=True).distinct()
    house = settings.CHATS_KEPT_DAYS
    return sorted({min(days, house) for days in (*talks, *people) if days} | {house})


def with_lines_before(days: int, moment: datetime) -> "QuerySet[Conversation]":
    """Talks kept so many days that have lines from before this moment, or are that old and empty."""
    # The bound is a value, not a column: whole months are left out.
    lines = Message.objects.filter(conversation=OuterRef("pk"))
    old = Q(Exists(lines.filter(pk__lt=first_at(moment)))) | ~Q(Exists(lines))
    return kept_talks().filter(old, days=days, since__lt=moment)


def due(days: int, now: datetime) -> "QuerySet[Conversation]":
    """Those of which something goes now: their owner was told in time, and nobody in them is held."""
    told = with_lines_before(days, now - days * DAY).filter(going_told_at__lte=now - NOTICE)
    return told.exclude(pk__in=held_talks(now))


def untold(days: int, now: datetime) -> "QuerySet[Conversation]":
    """Those of which something goes within the week, and whose owner does not know."""
    return with_lines_before(days, now - days * DAY + NOTICE).filter(going_told_at=None)


def held_talks(now: datetime) -> "QuerySet[Conversation, UUID]":
    held = held_people(now)
    among = Participant.objects.filter(user__in=held).values("conversation")
    return Conversation.objects.filter(Q(owner__in=held) | Q(pk__in=among)).values_list("pk", flat=True)


def whole_months_due(now: datetime) -> Iterator[date]:
    """The oldest months, as long as everything in them is due."""
    for month in partitions.months():
        too_new = partitions.bound(partitions.following(month)) > first_at(now - settings.CHATS_KEPT_DAYS * DAY)
        if too_new or must_stay(month, now):
            return
        yield month


def must_stay(month: date, now: datetime) -> bool:
    """Whether a line in a month that is old enough has to stay: its talk is held, came later from elsewhere, or its
    owner was not told in time.

    Talks that began here since then are not looked at: none has a line in it. So this is asked under a lock, too.
    """
    moment = now - settings.CHATS_KEPT_DAYS * DAY
    not_told = Q(going_told_at__gt=now - NOTICE) | Q(going_told_at=None, created_at__lt=moment)
    stay = not_told | Q(brought_at__gte=moment) | Q(expires_at__isnull=False) | Q(pk__in=held_talks(now))
    lines = Message.objects.filter(conversation=OuterRef("pk"), **partitions.within(month))
    return Conversation.objects.filter(stay).filter(Exists(lines)).exists()


@dataclass(frozen=True, slots=True)
class Going:
    """A talk of which something goes: when first, and how many of its lines within the week."""

    talk: Conversation
    at: datetime
    lines: int
    whole: bool


def going(user: User, *, only: Conversation | None = None, limit: int = 50) -> list[Going]:
    """What of this person's goes within the week, soonest first."""
    now = timezone.now()
    found = []
    for days in periods():
        until = now - days * DAY + NOTICE
        talks = with_lines_before(days, until).filter(owner=user).select_related("owner__profile")
        for talk in (talks.filter(pk=only.pk) if only else talks)[:limit]:
            found.append(_going(talk, days, until, now))
    return sorted(found, key=lambda each: each.at)[:limit]


def _going(talk: Conversation, days: int, until: datetime, now: datetime) -> Going:
    lines = Message.objects.filter(conversation=talk)
    ends = lines.aggregate(first=Min("pk"), last=Max("pk"))
    since: datetime = talk.since  # type: ignore[attr-defined]  # annotated
    first = max(moment_of(ends["first"]), since) if ends["first"] else since
    told = talk.going_told_at or now
    return Going(
        talk,
        at=max(first + days * DAY, told + NOTICE, now),
        lines=lines.filter(pk__lt=first_at(until)).count(),
        whole=ends["last"] is None or ends["last"] < first_at(until),
    )


def would_go(user: User, days: int, *, only: Conversation | None = None) -> tuple[int, int]:
    """How many talks, and lines in them, would go within the week if they were kept so long."""
    until = timezone.now() - days * DAY + NOTICE
    talks = kept_talks().filter(owner=user, since__lt=until)
    talks = talks.filter(pk=only.pk) if only else talks.filter(keep_days=None)
    lines = Message.objects.filter(conversation__in=talks.values("pk"), pk__lt=first_at(until))
    return lines.values("conversation").distinct().count(), lines.count()


def due_counts(now: datetime) -> dict[str, int]:
    """What a sweep would delete now: lines, talks that go with all they have, months that go as a whole; and what would
    be due, but is held.
    """
    counts = {"months": sum(1 for _month in whole_months_due(now)), "lines": 0, "talks": 0, "held": 0}
    for days in periods():
        moment = now - days * DAY
        bound = first_at(moment)
        talks = due(days, now)
        counts["lines"] += Message.objects.filter(conversation__in=talks.values("pk"), pk__lt=bound).count()
        newer = Message.objects.filter(conversation=OuterRef("pk"), pk__gte=bound)
        counts["talks"] += talks.filter(~Exists(newer)).count()
        counts["held"] += with_lines_before(days, moment).filter(pk__in=held_talks(now)).count()
    return counts
