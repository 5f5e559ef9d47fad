"""What happened with characters, counted for their creators. Ids, times and numbers are read, never a word.

What is counted again is written again: each count may run twice, or be cut short. An author's own talks do not count,
nor do temporary ones, nor talks that were brought from elsewhere. Turns and talks are bound by their ids, which begin
with the time; so the days before are not read.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.timezone import now

from accounts.consents.answers import not_refused
from accounts.models import DataUse
from characters.models import CharacterDay, CharacterSpan, GreetingStat, LoreStat, RollUp, TalkLength
from characters.services.popularity import mark_milestones, warm_up
from characters.spans import MONTH, WEEK, beginning, following
from chat.models import Conversation

LOCK = 7_264_551_011  # advisory: two workers that count at once take turns
LATE = timedelta(days=1)  # yesterday is counted again: a turn that began before midnight may end after it
DAYS_A_RUN = 62
OPENINGS_OVER = timedelta(days=90)
LORE_OVER = timedelta(days=30)
STEPS = (0, 1, 2, 4, 8, 16, 32, 64)
"""Where the lengths of talks are told apart, in replies."""

# Who does not want to be counted for creators is not; what creators earn is a sum without anybody in it.
PLAYER_COUNTS = not_refused("t.started_by_id", DataUse.ANALYTICS)
OWNER_COUNTS = not_refused("k.owner_id", DataUse.ANALYTICS)

COUNTS = f"""
with said as (
    select t.character_id, t.started_by_id as player, t.kind, t.status in ('complete', 'stopped') as whole,
        {PLAYER_COUNTS} as counted,
        case when p.premium then coalesce((t.usage->>'completion')::bigint, 0) else 0 end as premium_tokens
    from chat_turn t
    join chat_conversation k on k.id = t.conversation_id and k.expires_at is null
    join characters_character c on c.id = t.character_id
    join accounts_user u on u.id = t.started_by_id
    left join accounts_plan p on p.code = u.plan_id
    where t.id >= %(start)s and t.id < %(end)s and t.started_by_id is distinct from c.owner_id
), players as (
    select distinct character_id, player from said where counted
), came_back as (
    select p.character_id, count(*) as known from players p where exists (
        select 1 from chat_participant a
        join chat_castmember m on m.conversation_id = a.conversation_id and m.character_id = p.character_id
        join chat_turn t on t.conversation_id = a.conversation_id and t.id < %(start)s
            and t.started_by_id = p.player and t.character_id = p.character_id
        where a.user_id = p.player
    ) group by 1
), turns as (
    select character_id, count(distinct player) filter (where counted) as players,
        count(*) filter (where counted and whole) as replies,
        count(*) filter (where counted and whole and kind = 'regenerate') as takes,
        sum(premium_tokens) as premium_tokens
    from said group by 1
), begun as (
    select m.character_id, count(*) as talks from chat_conversation k
    join chat_castmember m on m.conversation_id = k.id
    join characters_character c on c.id = m.character_id
    where k.id >= %(start)s and k.id < %(end)s and k.owner_id is distinct from c.owner_id and k.expires_at is null
        and not exists (select 1 from chat_importedtalk i where i.conversation_id = k.id)
        and {OWNER_COUNTS}
    group by 1
)
select character_id, coalesce(b.talks, 0) as talks, coalesce(t.players, 0) as players,
    coalesce(r.known, 0) as "returning", coalesce(t.replies, 0) as replies, coalesce(t.takes, 0) as takes,
    coalesce(t.premium_tokens, 0)::bigint as premium_tokens
from begun b full join turns t using (character_id) left join came_back r using (character_id)
"""

# Of each talk lately begun: its replies, and the opening under which the player's first line stands (or else the head).
TALKS = f"""
with talk as (
    select k.id, k.owner_id as player, k.greeting, k.head_id, m.character_id, m.version_id,
        jsonb_array_length(v.greetings) as greetings
    from chat_conversation k
    join chat_castmember m on m.conversation_id = k.id
    join characters_character c on c.id = m.character_id
    join characters_characterversion v on v.id = m.version_id
    where k.id >= %(start)s and k.owner_id is distinct from c.owner_id and k.expires_at is null
        and not exists (select 1 from chat_importedtalk i where i.conversation_id = k.id)
        and {OWNER_COUNTS}
), turns as (
    select t.conversation_id, t.character_id, count(*) filter (where t.status in ('complete', 'stopped')) as replies
    from chat_turn t where t.id >= %(start)s and t.kind = 'chat' group by 1, 2
), first as (
    select distinct on (t.conversation_id) t.conversation_id, t.parent_id as line
    from chat_turn t where t.id >= %(start)s and t.kind = 'chat' order by t.conversation_id, t.id
)
"""
LENGTHS = (
    TALKS
    + """
select k.character_id,
    (select max(step) from unnest(%(steps)s::int[]) step where step <= coalesce(t.replies, 0)) as replies,
    count(*) as talks, count(distinct k.player) as players
from talk k left join turns t on t.conversation_id = k.id and t.character_id = k.character_id
group by 1, 2
"""
)
OPENINGS = (
    TALKS
    + """
, placed as (
    select k.*, f.line is not null as spoke, (
        select count(*) from chat_message r
        where r.conversation_id = k.id and r.parent_id is null and r.id >= %(start)s
            and r.id < coalesce((select l.parent_id from chat_message l where l.id = f.line), k.head_id)
    ) as place
    from talk k left join first f on f.conversation_id = k.id
    where k.greetings > 0 and k.greeting < k.greetings
), met as (
    -- An opening that the player rewrote stands behind the author's: it counts as the one it was made of.
    select *, place <> greeting and place < greetings as elsewhere from placed
)
select version_id, greeting, count(*) as talks, count(distinct player) as players,
    count(*) filter (where spoke and not elsewhere) as answered, count(*) filter (where elsewhere) as swiped
from met group by 1, 2
"""
)

LORE = """
with seen as (
    select t.started_by_id as player, t.started_at, entry->>'id' as id, false as cut
    from chat_turn t join chat_conversation k on k.id = t.conversation_id and k.expires_at is null
    cross join lateral jsonb_array_elements(
        case jsonb_typeof(t.manifest->'lore') when 'array' then t.manifest->'lore' else '[]'::jsonb end) entry
    where t.id >= %(start)s
    union all
    select t.started_by_id, t.started_at, coalesce(entry->>'id', entry #>> '{}'), true
    from chat_turn t join chat_conversation k on k.id = t.conversation_id and k.expires_at is null
    cross join lateral jsonb_array_elements(
        case jsonb_typeof(t.manifest->'cut'->'lore') when 'array' then t.manifest->'cut'->'lore' else '[]'::jsonb end
    ) entry
    where t.id >= %(start)s
)
select e.id as entry_id, count(*) filter (where not s.cut) as fired, count(*) filter (where s.cut) as cut,
    count(distinct s.player) filter (where not s.cut) as players,
    max(s.started_at) filter (where not s.cut) as last_fired_at
from seen s
join characters_loreentry e on e.id::text = s.id
join characters_lorebook b on b.id = e.book_id
left join characters_character c on c.id = b.character_id
where c.id is null or s.player is distinct from c.owner_id
group by 1
"""


def roll_up_days(*, today: date | None = None) -> int:
    """Count the days since the last time, yesterday and today in any case; returns how many were counted."""
    today = today or now().date()
    days = list(_days_to_count("days", today))
    for day in days:
        with transaction.atomic():
            _take_turns()
            totals = _count_day(day)
            RollUp.objects.update_or_create(name="days", defaults={"until": min(day, today - LATE)})
            mark_milestones(totals)
    warm_up(today=today)
    return len(days)


def roll_up_spans(*, today: date | None = None) -> int:
    """The weeks and months that lie in what was not final the last time; returns how many."""
    today = today or now().date()
    days = list(_days_to_count("spans", today))
    spans = sorted({(kind, beginning(kind, day)) for day in days for kind in (WEEK, MONTH)})
    with transaction.atomic():
        _take_turns()
        for kind, since in spans:
            rows = [
                CharacterSpan(kind=kind, since=since, **_without(row, "premium_tokens"))
                for row in _counts(since, following(kind, since))
            ]
            _replace(CharacterSpan, {"kind": kind, "since": since}, rows, unique=("character", "kind", "since"))
        if days:
            RollUp.objects.update_or_create(name="spans", defaults={"until": min(days[-1], today - LATE)})
    return len(spans)


def roll_up_talks(*, today: date | None = None) -> None:
    """How openings are received and how long talks become, over the talks of the last three months."""
    today = today or now().date()
    where = {"start": id_at(today - OPENINGS_OVER), "steps": list(STEPS)}
    with transaction.atomic():
        _take_turns()
        lengths = [TalkLength(**row) for row in _read(LENGTHS, where)]
        _replace(TalkLength, {}, lengths, unique=("character", "replies"))
        openings = [GreetingStat(**row) for row in _read(OPENINGS, where)]
        _replace(GreetingStat, {}, openings, unique=("version", "greeting"))


def roll_up_lore(*, today: date | None = None) -> None:
    """How often lore came up in the last month."""
    today = today or now().date()
    with transaction.atomic():
        _take_turns()
        seen = [LoreStat(**row) for row in _read(LORE, {"start": id_at(today - LORE_OVER)})]
        LoreStat.objects.exclude(pk__in=[row.pk for row in seen]).delete()
        LoreStat.objects.bulk_create(
            seen,
            update_conflicts=True,
            unique_fields=["entry"],
            update_fields=["fired", "cut", "players", "last_fired_at"],
        )


def id_at(day: date) -> UUID:
    """The smallest UUIDv7 of a day (UTC)."""
    return UUID(int=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) << 80)


def _days_to_count(name: str, today: date) -> Iterator[date]:
    mark = RollUp.objects.filter(pk=name).first()
    day = mark.until if mark else _first_day() or today - LATE
    last = min(today, day + timedelta(days=DAYS_A_RUN))
    while day <= last:
        yield day
        day += timedelta(days=1)


def _first_day() -> date | None:
    first = Conversation.objects.order_by("pk").values_list("pk", flat=True).first()
    return datetime.fromtimestamp((first.int >> 80) / 1000, UTC).date() if first else None


def _count_day(day: date) -> dict[UUID, int]:
    """Write the day; returns the talks in all of those who were talked to on it."""
    rows = [CharacterDay(day=day, **row) for row in _counts(day, day + timedelta(days=1))]
    _replace(CharacterDay, {"day": day}, rows, unique=("character", "day"))
    seen = CharacterDay.objects.filter(character__in=[row.character_id for row in rows])
    return dict(seen.values_list("character").annotate(Sum("talks")).order_by())


def _counts(start: date, end: date) -> list[dict[str, Any]]:
    return _read(COUNTS, {"start": id_at(start), "end": id_at(end)})


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _read(statement: str, where: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, where)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def _replace(model: Any, where: dict[str, Any], rows: list[Any], *, unique: tuple[str, ...]) -> None:
    """What was counted takes the place of what stood there; unchanged rows stay the same rows."""
    kept = model._meta.get_field(unique[0]).attname
    if where:
        model.objects.filter(**where).exclude(**{f"{kept}__in": [getattr(row, kept) for row in rows]}).delete()
    else:
        model.objects.all().delete()
    model.objects.bulk_create(
        rows,
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=list(unique),
        update_fields=[
            field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in unique
        ],
    )


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
