"""The caps as this process knows them; whom none concerns is not counted at all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import structlog
from psycopg.sql import SQL

from accounts.models import Cap, Membership
from accounts.spending.calls import Call
from inference.prices import MILLION
from inference.snapshot import Snapshot, joined, rows_of

log = structlog.get_logger(__name__)

Measure = Literal["tokens", "money"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One measure of a cap. `most`: tokens, or millionths of `currency`."""

    cap: UUID
    scope: str
    span: str
    measure: Measure
    most: int
    currency: str = ""

    @property
    def field(self) -> str:
        """What it is called among a counter's sums."""
        return "t" if self.measure == "tokens" else f"m:{self.currency}"

    @property
    def is_shared(self) -> bool:
        return self.scope in (Cap.Scope.PLATFORM, Cap.Scope.PLAN, Cap.Scope.POOL)


@dataclass(frozen=True, slots=True)
class Counter:
    """What is added up in a day or month: the use of somebody, of a plan, of an organisation, or of everybody."""

    span: str
    since: date
    user_id: UUID | None = None
    plan: str | None = None
    organisation: UUID | None = None

    @property
    def key(self) -> str:
        if self.organisation is not None:
            whose = f"organisation:{self.organisation.hex}"
        else:
            whose = f"user:{self.user_id.hex}" if self.user_id else "all" if self.plan is None else f"plan:{self.plan}"
        return f"spend:{{s}}:{self.span}:{self.since:%Y%m%d}:{whose}"

    @property
    def until(self) -> date:
        """The first day of the next period."""
        if self.span == Cap.Span.DAY:
            return self.since + timedelta(days=1)
        return (self.since + timedelta(days=31)).replace(day=1)

    @property
    def seconds_left(self) -> int:
        end = datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC)
        return max(1, int((end - datetime.now(UTC)).total_seconds()) + 1)


@dataclass(frozen=True, slots=True)
class Caps:
    platform: tuple[Limit, ...] = ()
    plans: dict[str, tuple[Limit, ...]] = field(default_factory=dict)
    each: dict[str, tuple[Limit, ...]] = field(default_factory=dict)
    people: dict[UUID, tuple[Limit, ...]] = field(default_factory=dict)
    pools: dict[UUID, tuple[Limit, ...]] = field(default_factory=dict)
    belongs: dict[UUID, UUID] = field(default_factory=dict)  # whoever is in an organisation that has a cap

    @property
    def is_empty(self) -> bool:
        return not (self.platform or self.plans or self.each or self.people or self.pools)

    def on(self, *, user_id: UUID | None, plan: str, day: date) -> list[tuple[Limit, Counter]]:
        """All that hold for them on that day, a person's own first."""
        own = (*self.people.get(user_id, ()), *self.each.get(plan, ())) if user_id is not None else ()
        pool = self.belongs.get(user_id) if user_id is not None else None
        pooled = self.pools.get(pool, ()) if pool is not None else ()
        return [
            *((limit, Counter(limit.span, since(limit.span, day), user_id=user_id)) for limit in own),
            *((limit, Counter(limit.span, since(limit.span, day), organisation=pool)) for limit in pooled),
            *((limit, Counter(limit.span, since(limit.span, day), plan=plan)) for limit in self.plans.get(plan, ())),
            *((limit, Counter(limit.span, since(limit.span, day))) for limit in self.platform),
        ]

    def of(self, call: Call) -> list[tuple[Limit, Counter]]:
        # With every reply, twice: without caps not even the day is asked for.
        return [] if self.is_empty else self.on(user_id=call.user_id, plan=call.plan, day=call.day)


def since(span: str, day: date) -> date:
    return day if span == Cap.Span.DAY else day.replace(day=1)


def _read() -> Caps:
    found: defaultdict[tuple[str, Any], tuple[Limit, ...]] = defaultdict(tuple)
    rows = list(Cap.objects.filter(enabled=True))
    for row in rows:
        found[row.scope, row.plan_id or row.user_id or row.organisation_id] += tuple(_limits(row))

    def of(scope: str) -> dict[Any, tuple[Limit, ...]]:
        return {whose: limits for (kind, whose), limits in found.items() if kind == scope}

    platform = found[Cap.Scope.PLATFORM, None]
    log.info("caps_read", caps=len(rows))
    pools = of(Cap.Scope.POOL)
    members = Membership.objects.filter(organisation__in=list(pools)) if pools else Membership.objects.none()
    belongs = dict(members.values_list("user_id", "organisation_id"))
    return Caps(platform, of(Cap.Scope.PLAN), of(Cap.Scope.EACH), of(Cap.Scope.PERSON), pools, belongs)


def _limits(row: Any) -> Iterator[Limit]:
    if row.tokens is not None:
        yield Limit(row.pk, row.scope, row.span, "tokens", row.tokens)
    if row.money is not None:
        yield Limit(row.pk, row.scope, row.span, "money", int(Decimal(row.money) * MILLION), row.currency)


_BELONGING = SQL("""(
select md5(string_agg(m.user_id::text || m.organisation_id::text, ' ' order by m.id)) from accounts_membership m
where m.organisation_id in (select organisation_id from accounts_cap where enabled)
)""")
known = Snapshot("caps", mark=joined(rows_of("accounts_cap"), _BELONGING), read=_read, empty=Caps())


def current() -> Caps:
    return known.current
