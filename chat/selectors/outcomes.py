"""What turns of an experiment came to, by arm and person: counts alone, of what is stored anyway.

A *place* is a line that was answered: its other takes are turns with the same parent. Temporary talks are not counted:
they are gone when they end, and those that are left would not be like the others.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from accounts.consents.answers import not_refused
from accounts.models import DataUse
from inference.experiments.outcomes import Brought, Counted

AGREED = not_refused("c.owner_id", DataUse.IMPROVEMENT)
LONGEST = "20s"  # an operator waits for it

COUNTED = f"""
with mine as not materialized (
    select t.conversation_id, t.parent_id, t.reply_id, t.kind, t.started_at, t.first_token_at, t.usage,
        c.owner_id as person, arm.id as arm
    from chat_turn t
    join chat_conversation c on c.id = t.conversation_id and c.expires_at is null
    cross join lateral (select id from unnest(t.arms) a(id) where id = any(%(arms)s) limit 1) arm
    where t.arms && %(arms)s and t.started_at <= %(until)s and {AGREED}
), places as (
    select arm, person, conversation_id, parent_id, count(*) as takes from mine
    where kind <> 'continue' and first_token_at is not null group by 1, 2, 3, 4
), said as (
    select arm, person, count(distinct conversation_id) as talks, count(*) as replies,
        count(*) filter (where takes > 1) as swiped
    from places group by 1, 2
), talks as (
    select arm, person, conversation_id, min(started_at) as began from mine group by 1, 2, 3
), back as (
    select t.arm, t.person, t.conversation_id, bool_or(
        date(m.started_at at time zone 'utc') > date(t.began at time zone 'utc')
        and m.started_at < t.began + interval '7 days'
    ) as came
    from talks t join mine m on m.conversation_id = t.conversation_id and m.arm = t.arm
    where t.began <= %(until)s - interval '7 days' group by 1, 2, 3
), returns as (
    select arm, person, count(*) as ripe, count(*) filter (where came) as returned from back group by 1, 2
), ratings as (
    select m.arm, r.user_id as person, count(*) as rated, count(*) filter (where r.good) as good
    from mine m join chat_rating r on r.conversation_id = m.conversation_id and r.message_id = m.reply_id group by 1, 2
), money as (
    select arm, person, count(*) as calls, sum((usage->>'micros')::bigint) as micros,
        min(usage->>'currency') as one, max(usage->>'currency') as other
    from mine where usage ? 'micros' group by 1, 2
)
select arm, person, coalesce(talks, 0), coalesce(replies, 0), coalesce(swiped, 0), coalesce(ripe, 0),
    coalesce(returned, 0), coalesce(rated, 0), coalesce(good, 0), coalesce(calls, 0), coalesce(micros, 0), one, other
from said full join returns using (arm, person) full join ratings using (arm, person)
    full join money using (arm, person)
"""  # noqa: S608


def read_outcomes(arms: Sequence[UUID], until: datetime) -> Counted:
    """One line for each person and arm. A rating is its reader's, all else the owner's of the talk."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local statement_timeout = '{LONGEST}'")
        cursor.execute(COUNTED, {"arms": list(arms), "until": until})
        rows = cursor.fetchall()
    currencies = {currency for row in rows for currency in row[11:] if currency is not None}
    brought = [Brought(row[0], row[1], *(int(number) for number in row[2:11])) for row in rows]
    return Counted(brought, currencies.pop() if len(currencies) == 1 else "")
