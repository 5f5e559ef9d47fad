"""The ledger: what models were used, by person, key, character, model and operation; by day, later by month.

Postgres is the truth. Every line is a sum: calls are added to it by the statement that ends them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.spending.calls import Spent

DAYS_KEPT = 62  # so many days are kept apart; older ones lie in their month

_COLUMNS = "span, since, user_id, organisation_id, plan, key_id, character_id, model, operation, currency"
_SUMS = ("calls", "again", "prompt", "cached", "written", "completion", "micros")
_ADD = f"""
on conflict ({_COLUMNS}) do update set
    {", ".join(f"{name} = used.{name} + excluded.{name}" for name in _SUMS)}
"""

# Adds calls to the ledger. Parameter: `uses`, what `Spent.row` says of each, as JSON. {frm} is a table beside which
# it is done: for each row of it (one, or none).
_ADD_CALLS = f"""
insert into accounts_modeluse as used (id, {_COLUMNS}, {", ".join(_SUMS)})
select e.id, 'day', e.since, (select id from accounts_user where id = e.user_id),
    (select organisation_id from accounts_membership where user_id = e.user_id), e.plan, e.key_id, e.character_id,
    e.model, e.operation, e.currency, {", ".join(f"e.{name}" for name in _SUMS)}
from {{frm}} jsonb_to_recordset(%(uses)s::jsonb) as e(id uuid, since date, user_id uuid, plan text, key_id uuid,
    character_id uuid, model text, operation text, currency text, {", ".join(f"{name} bigint" for name in _SUMS)})
{_ADD}
"""  # noqa: S608


def adding_to(table: str) -> str:
    """The statement as part of another one: it adds the calls if `table`, a row or none, has its row."""
    return _ADD_CALLS.format(frm=f"{table} cross join")


ADD = _ADD_CALLS.format(frm="")


def packed(uses: Sequence[Spent]) -> str:
    """The parameter `uses`. Calls that fall on the same line are added up first: a statement meets a line once."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in (each.row() for each in uses):
        kept = rows.setdefault(tuple(value for name, value in row.items() if name not in ("id", *_SUMS)), row)
        if kept is not row:
            for name in _SUMS:
                kept[name] += row[name]
    return msgspec.json.encode(list(rows.values())).decode()


def add(*uses: Spent) -> None:
    """Whoever calls it does so once for each call of a model."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, {"uses": packed(uses)})


def totals(
    *, since: date, until: date, user_id: UUID | None = None, plan: str | None = None,
    organisation: UUID | None = None,
) -> dict[str, int]:  # fmt: skip
    """What was used in these days, of everybody, a plan, a person or an organisation: tokens under `t`, money under
    `m:USD`."""
    whose = {"user": user_id, "plan": plan, "organisation": organisation}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"since": since, "until": until, **whose})
        rows = cursor.fetchall()
    sums = {"t": sum(int(tokens) for _, tokens, _ in rows)}
    return sums | {f"m:{currency}": int(micros) for currency, _, micros in rows if currency}


_TOTALS = """
select currency, sum(prompt + completion), sum(micros) from accounts_modeluse
where since >= %(since)s and since < %(until)s and (%(user)s::uuid is null or user_id = %(user)s)
    and (%(plan)s::text is null or plan = %(plan)s)
    and (%(organisation)s::uuid is null or organisation_id = %(organisation)s)
group by currency
"""


@transaction.atomic
def roll_up(*, today: date | None = None) -> int:
    """Move the days of months long over to a line for the month; returns how many lines went. Safe to run twice."""
    bound = ((today or timezone.now().date()) - timedelta(days=DAYS_KEPT)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(_MOVED.format(where="span = 'day' and since < %(bound)s", **_BY_MONTH), {"bound": bound})
        return int(cursor.fetchone()[0])


def forget_person(user: User) -> None:
    """What they used stays in the totals; that it was they, and with whom they talked, does not."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED.format(where="user_id = %(user)s", **_OF_NOBODY), {"user": user.pk})


def forget_organisation(organisation_id: UUID) -> None:
    """What its members used stays theirs and in the totals; that they belonged to it does not."""
    with connection.cursor() as cursor:
        where = "organisation_id = %(organisation)s"
        cursor.execute(_MOVED.format(where=where, **_OF_NO_ORGANISATION), {"organisation": organisation_id})


# Lines go, and come back under other names: what is added up is never there twice, nor missing.
_MOVED = f"""
with gone as (delete from accounts_modeluse where {{where}} returning *), added as (
    insert into accounts_modeluse as used (id, {_COLUMNS}, {", ".join(_SUMS)})
    select gen_random_uuid(), {{columns}}, {", ".join(f"sum({name})" for name in _SUMS)} from gone
    group by 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    {_ADD}
)
select count(*) from gone
"""  # noqa: S608
_BY_MONTH = {
    "columns": "'month', date_trunc('month', since)::date, user_id, organisation_id, plan, key_id, character_id, model,"
    " operation, currency"
}
_OF_NOBODY = {
    "columns": "span, since, null::uuid, organisation_id, plan, null::uuid, null::uuid, model, operation, currency"
}
_OF_NO_ORGANISATION = {
    "columns": "span, since, user_id, null::uuid, plan, key_id, character_id, model, operation, currency"
}
