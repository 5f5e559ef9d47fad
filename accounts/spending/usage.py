"""What somebody used, and what is left to them: read from the ledger."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, ModelUse, Operation, User
from accounts.spending import caps
from accounts.spending.caps import Counter, Limit
from accounts.spending.ledger import totals

DAYS_SHOWN = 30
LINES_SHOWN = 20
KINDS = ("calls", "again", "prompt", "cached", "written", "completion")

Names = Callable[[Collection[UUID]], Mapping[UUID, str]]
_names: list[Names] = []


def on_names(names: Names) -> Names:
    """For the app above that has the characters, in its `apps.py`: what they are called, by id."""
    if names not in _names:
        _names.append(names)
    return names


@dataclass(slots=True)
class Total:
    """`micros` by currency; `again`: answers that were kept, beside the calls."""

    calls: int = 0
    again: int = 0
    prompt: int = 0
    cached: int = 0
    written: int = 0
    completion: int = 0
    micros: dict[str, int] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        return self.prompt + self.completion

    def __add__(self, other: "Total") -> "Total":
        currencies = self.micros | other.micros
        return Total(
            **{kind: getattr(self, kind) + getattr(other, kind) for kind in KINDS},
            micros={each: self.micros.get(each, 0) + other.micros.get(each, 0) for each in currencies},
        )

    def add(self, row: Mapping[str, Any]) -> None:
        for kind in KINDS:
            setattr(self, kind, getattr(self, kind) + row[kind])
        if row["currency"]:
            self.micros[row["currency"]] = self.micros.get(row["currency"], 0) + row["micros"]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a table: `id` of what it is, where that has one."""

    id: UUID | None
    name: str
    sum: Total


@dataclass(frozen=True, slots=True)
class Left:
    """One of somebody's own caps, and how much of it is used."""

    limit: Limit
    counter: Counter
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit.most - self.used)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.used // self.limit.most) if self.limit.most else 100


@dataclass(frozen=True, slots=True)
class Use:
    today: Total
    month: Total
    days: list[tuple[date, Total]]
    by_character: list[Part]
    by_model: list[Part]
    by_operation: list[Part]
    by_key: list[Part]
    caps: list[Left]


def use_of(user: User, *, today: date | None = None) -> Use:
    """Today, this month so far, and the last thirty days. Five statements over the ledger, however much there is."""
    today = today or timezone.now().date()
    month, first = today.replace(day=1), today - timedelta(days=DAYS_SHOWN - 1)
    mine = ModelUse.objects.filter(user_id=user.pk, span=ModelUse.Span.DAY)
    of_days = grouped(mine.filter(since__gte=min(first, month)), "since")
    of_month, operations = mine.filter(since__gte=month), dict(Operation.choices)
    characters = grouped(of_month.exclude(character_id=None), "character_id")
    keys = grouped(of_month.exclude(key_id=None), "key_id")
    called, labels = _called(characters), dict(ApiKey.objects.filter(user=user).values_list("pk", "label"))
    return Use(
        today=of_days.get(today, Total()),
        month=sum((total for day, total in of_days.items() if day >= month), Total()),
        days=[(day, of_days.get(day, Total())) for day in (first + timedelta(days=n) for n in range(DAYS_SHOWN))],
        by_character=_parts(characters, lambda pk: called.get(pk, _("Somebody who is no longer here"))),
        by_model=_parts(grouped(of_month, "model"), lambda name: name or "–"),
        by_operation=_parts(grouped(of_month, "operation"), lambda name: str(operations.get(name, name))),
        by_key=_parts(keys, lambda pk: labels.get(pk, _("A key that was revoked"))),
        caps=own_caps(user, today=today),
    )


def own_caps(user: User, *, today: date | None = None) -> list[Left]:
    """The caps that are somebody's alone; those of everybody together are the operator's business."""
    today = today or timezone.now().date()
    held = caps.current().on(user_id=user.pk, plan=user.plan_id or "", day=today)
    sums = {
        counter: totals(since=counter.since, until=counter.until, user_id=user.pk)
        for counter in {counter for limit, counter in held if not limit.is_shared}
    }
    return [Left(limit, counter, sums[counter].get(limit.field, 0)) for limit, counter in held if not limit.is_shared]


def _called(characters: Mapping[Any, Total]) -> dict[UUID, str]:
    return {pk: name for names in _names for pk, name in names(list(characters)).items()}


def grouped(uses: "QuerySet[ModelUse]", by: str) -> dict[Any, Total]:
    sums: dict[Any, Total] = {}
    for row in _rows(uses, by):
        sums.setdefault(row[by], Total()).add(row)
    return sums


def _rows(uses: "QuerySet[ModelUse]", by: str) -> Any:
    kinds = (*KINDS, "micros")
    named = uses.order_by().values(by, "currency")
    for row in named.annotate(**{f"sum_{kind}": Sum(kind) for kind in kinds}):
        yield {by: row[by], "currency": row["currency"], **{kind: row[f"sum_{kind}"] for kind in kinds}}


def _parts(sums: Mapping[Any, Total], name: Callable[[Any], str]) -> list[Part]:
    largest = sorted(sums.items(), key=lambda item: -item[1].tokens)[:LINES_SHOWN]
    return [Part(key if isinstance(key, UUID) else None, name(key), each) for key, each in largest]
