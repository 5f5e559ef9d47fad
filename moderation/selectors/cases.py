"""Every read of cases, for whoever works the queue."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.encryption import Place
from accounts.models import Sanction, User
from moderation.models import Case, Exhibit, Report
from moderation.selectors.notices import opened
from moderation.subjects import made_things

LISTED = 60
STAFF = 50


def open_cases() -> "QuerySet[Case]":
    """What wants a decision. What its author has deleted does not, until it is brought back."""
    waits = ~Q(kind__in=Case.MADE)
    for kind, made in made_things().items():
        waits |= Q(Exists(made.alive().filter(pk=OuterRef("subject"))), kind=kind)
    return Case.objects.filter(waits, outcome="")


def workable(by: User, *, free: bool = False) -> "QuerySet[Case]":
    """What this moderator may decide; `free`: and nobody works on."""
    own = Report.objects.filter(case=OuterRef("pk"), reporter=by)
    found = open_cases().exclude(about=by).filter(~Exists(own))
    if not by.has_perm("moderation.decide_escalated"):
        found = found.filter(escalated_at=None)
    if free:
        found = found.filter(Q(claimed_by=None) | Q(claimed_until__lte=timezone.now()) | Q(claimed_by=by))
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is, and how long the oldest has waited."""

    open: int
    urgent: int
    claimed: int
    mine_today: int
    oldest: datetime.datetime | None


def load_for(by: User) -> Load:
    now = timezone.now()
    told = open_cases().aggregate(
        open=Count("pk"),
        urgent=Count("pk", filter=Q(severity=Case.Severity.URGENT)),
        claimed=Count("pk", filter=Q(claimed_until__gt=now)),
    )
    first = workable(by).order_by("id").values_list("opened_at", flat=True).first()
    mine = Case.objects.filter(decided_by=by, decided_at__date=now.date()).count()
    return Load(told["open"], told["urgent"], told["claimed"], mine, first)


def queue_for(by: User) -> list[Case]:
    """What waits, the gravest and oldest first; what operators have to decide before all else."""
    found = workable(by).select_related("claimed_by__profile")
    return list(found.order_by(F("escalated_at").asc(nulls_last=True), "-severity", "id")[:LISTED])


def held_by(by: User) -> Case | None:
    """What this moderator has before them."""
    mine = workable(by).filter(claimed_by=by, claimed_until__gt=timezone.now())
    return mine.order_by("-severity", "id").first()


def like(case: Case, by: User) -> "QuerySet[Case]":
    """Other open cases of the same person under the same rule, that nobody else works on: spam comes in heaps."""
    if case.about_id is None:
        return Case.objects.none()
    return workable(by, free=True).filter(about=case.about_id, rule=case.rule).exclude(pk=case.pk)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of whom a case is about: figures, no words."""

    founded: int
    unfounded: int
    open: int
    sanctions: list[Sanction]


def past_of(case: Case) -> Past | None:
    if case.about_id is None:
        return None
    theirs = Case.objects.filter(about=case.about_id).exclude(pk=case.pk)
    told = theirs.aggregate(
        founded=Count("pk", filter=Q(outcome__in=Case.FOUNDED)),
        unfounded=Count("pk", filter=Q(outcome=Case.Outcome.DISMISSED)),
        open=Count("pk", filter=Q(outcome="")),
    )
    return Past(**told, sanctions=list(Sanction.objects.filter(user=case.about_id)[:5]))


@dataclass(frozen=True, slots=True)
class Colleague:
    user: User
    holds: int


def colleagues(by: User) -> list[Colleague]:
    """Whom a case can be handed to, with how many they hold now, the freest first."""
    held = Case.objects.filter(claimed_until__gt=timezone.now(), outcome="").exclude(claimed_by=None)
    holds = dict(held.order_by().values_list("claimed_by").annotate(count=Count("pk")))
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(pk=by.pk).select_related("profile")[:STAFF]
    found = [Colleague(each, holds.get(each.pk, 0)) for each in staff if each.has_perm("moderation.change_case")]
    return sorted(found, key=lambda one: one.holds)


def exhibit_text(exhibit: Exhibit) -> str:
    """What was kept; in words that it is lost, where its key was destroyed."""
    return opened(exhibit.text, Place(Exhibit._meta.db_table, exhibit.pk))
