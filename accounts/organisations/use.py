"""What an organisation's members used, in figures only: how much, never with whom or of what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits.buckets import Rate
from accounts.limits.looking import pool_left
from accounts.models import ModelUse, Organisation, User
from accounts.organisations.people import people_of
from accounts.selectors import display_name
from accounts.spending import caps
from accounts.spending.caps import Counter, since
from accounts.spending.ledger import totals
from accounts.spending.usage import DAYS_SHOWN, KINDS, Left, Part, Total, grouped

COLUMNS = (
    "since", "span", "member", "name", "plan", "by", "operation", "model", "calls", "prompt", "cached", "written",
    "completion", "micros", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PooledUse:
    month: Total
    days: list[tuple[date, Total]]
    members: list[Part]
    caps: list[Left]
    requests: Rate | None


def use_of_members(organisation: Organisation, *, today: date | None = None) -> PooledUse:
    """This month by member, and the last thirty days together."""
    today = today or timezone.now().date()
    month, first = today.replace(day=1), today - timedelta(days=DAYS_SHOWN - 1)
    ours = ModelUse.objects.filter(organisation_id=organisation.pk, span=ModelUse.Span.DAY)
    of_days = grouped(ours.filter(since__gte=min(first, month)), "since")
    of_members = grouped(ours.filter(since__gte=month), "user_id")
    called = {person.id: person.name for person in people_of(organisation)}
    parts = [Part(pk, called.get(pk, _("No longer a member")), total) for pk, total in of_members.items()]
    parts += [Part(pk, name, Total()) for pk, name in called.items() if pk not in of_members]
    return PooledUse(
        month=sum((total for day, total in of_days.items() if day >= month), Total()),
        days=[(day, of_days.get(day, Total())) for day in (first + timedelta(days=n) for n in range(DAYS_SHOWN))],
        members=sorted(parts, key=lambda part: -part.sum.tokens),
        caps=pooled_caps(organisation, today=today),
        requests=pool_left(organisation),
    )


def pooled_caps(organisation: Organisation, *, today: date | None = None) -> list[Left]:
    today = today or timezone.now().date()
    held = [
        (limit, Counter(limit.span, since(limit.span, today), organisation=organisation.pk))
        for limit in caps.current().pools.get(organisation.pk, ())
    ]
    sums = {
        counter: totals(since=counter.since, until=counter.until, organisation=organisation.pk)
        for counter in {counter for _limit, counter in held}
    }
    return [Left(limit, counter, sums[counter].get(limit.field, 0)) for limit, counter in held]


def statement_of(organisation: Organisation, month: date) -> Iterator[tuple[Any, ...]]:
    """What each member used in that month, by day, plan and operation; `by` says whether an API key asked."""
    first = month.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    lines = ModelUse.objects.filter(organisation_id=organisation.pk, since__gte=first, since__lt=following)
    asked = Case(When(key_id=None, then=Value("pages")), default=Value("api"))
    kinds = [kind for kind in KINDS if kind != "again"] + ["micros"]
    names: dict[UUID, str] = {}
    grouped_lines: Any = (
        lines.order_by()
        .annotate(by=asked)
        .values("since", "span", "user_id", "plan", "by", "operation", "model", "currency")
        .annotate(**{f"sum_{kind}": Sum(F(kind)) for kind in kinds})
        .order_by("since", "user_id", "operation", "model")
    )
    for line in grouped_lines.iterator(chunk_size=2_000):
        yield (
            line["since"], line["span"], line["user_id"] or "", _name(line["user_id"], names), line["plan"], line["by"],
            line["operation"], line["model"], line["sum_calls"], line["sum_prompt"], line["sum_cached"],
            line["sum_written"], line["sum_completion"], line["sum_micros"], line["currency"],
        )  # fmt: skip


def _name(pk: UUID | None, known: dict[UUID, str]) -> str:
    if pk is None:
        return ""
    if pk not in known:
        person = User.objects.select_related("profile").filter(pk=pk).first()
        known[pk] = display_name(person) if person else ""
    return known[pk]
