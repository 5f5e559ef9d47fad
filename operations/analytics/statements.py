"""What is counted, and how. Each row: measure, part, currency, number, people behind it.

Turns are bound by their ids, which begin with the time, so the rest of the table is not read. Temporary talks do not
count: they are gone when the day is counted again. Who said no to being counted is in no number about people; what
servers did for them is in those that ask how servers did.
"""

from accounts.consents.answers import not_refused
from accounts.models import DataUse

STEPS = (1, 2, 4, 8, 16, 32, 64)
"""Where talks are told apart, in the replies that they had within the week."""

SAID = f"""
with said as (
    select t.started_by_id as person, t.status, t.error, t.conversation_id,
        t.started_by_id is not null and {not_refused("t.started_by_id", DataUse.ANALYTICS)} as counted
    from chat_turn t join chat_conversation k on k.id = t.conversation_id and k.expires_at is null
    where t.id >= %(start)s and t.id < %(end)s and t.status <> 'running'
)
"""

# Ids of accounts begin with the time as well: who is new needs no look at the past.
PEOPLE = """
select 'people' as measure, '' as part, '' as unit, count(distinct person) as value, count(distinct person) as people
    from said where counted
union all select 'fresh', '', '', count(distinct person), count(distinct person)
    from said where counted and person >= %(start)s and person < %(end)s
union all select 'turns', '', '', count(*), count(distinct person) from said where counted
"""

DAY = f"""{SAID}{PEOPLE}
union all select 'outcomes', status, '', count(*), null from said group by status
union all select 'failures', error, '', count(*), null from said where status = 'failed' group by error
union all select 'opened', severity::text, '', count(*), null from moderation_case
    where opened_at >= %(from)s and opened_at < %(to)s group by severity
union all select 'decided', outcome, '', count(*), null from moderation_case
    where decided_at >= %(from)s and decided_at < %(to)s group by outcome
union all select 'waiting', '', '', count(*), null from moderation_case
    where opened_at < %(to)s and (decided_at is null or decided_at >= %(to)s)
union all select 'appeals', '', '', count(*), null from moderation_appeal
    where created_at >= %(from)s and created_at < %(to)s
"""

MODELS = """
with used as (
    select model, currency, sum(calls) as calls, sum(prompt) as prompt, sum(completion) as completion,
        sum(micros) as micros
    from accounts_modeluse where span = 'day' and since = %(day)s group by 1, 2
)
select 'calls' as measure, model as part, '' as unit, sum(calls)::bigint as value, null::bigint as people
    from used group by model
union all select 'tokens_in', model, '', sum(prompt)::bigint, null from used group by model
union all select 'tokens_out', model, '', sum(completion)::bigint, null from used group by model
union all select 'cost', model, currency, micros::bigint, null from used
"""

MONTH = f"{SAID}{PEOPLE}"

WEEK = f"""{SAID}, talks as (
    select conversation_id, count(*) as replies from said where counted and status in ('complete', 'stopped') group by 1
), cohorts as (
    select * from unnest(%(cohorts)s::date[], %(lows)s::uuid[], %(highs)s::uuid[]) as c(monday, low, high)
)
{PEOPLE}
union all select 'lengths', (select max(step) from unnest(%(steps)s::int[]) step where step <= k.replies)::text, '',
        count(distinct s.conversation_id), count(distinct s.person)
    from talks k join said s using (conversation_id) where s.counted group by 2
union all select 'came_back', c.monday::text, '', count(distinct s.person), count(distinct s.person)
    from said s join cohorts c on s.person >= c.low and s.person < c.high where s.counted group by 2
union all select 'accounts', '', '', count(*), count(*) from accounts_user u
    where u.id >= %(start)s and u.id < %(end)s and {not_refused("u.id", DataUse.ANALYTICS)}
union all select 'stories', v.story_id::text, '', count(*), count(distinct k.owner_id)
    from chat_play p join chat_conversation k on k.id = p.conversation_id
        and k.expires_at is null and k.brought_at is null
    join stories_storyversion v on v.id = p.version_id join stories_story y on y.id = v.story_id
    where k.id >= %(start)s and k.id < %(end)s and k.owner_id is distinct from y.owner_id
        and {not_refused("k.owner_id", DataUse.ANALYTICS)}
    group by 2
"""

WORK = """
with spans as (
    select * from unnest(%(starts)s::date[], %(ends)s::date[]) as s(beginning, ending)
), counted as (
    select s.beginning, t.since, t.measure, t.part, t.unit, t.value
    from spans s join operations_tally t on t.since >= s.beginning and t.since < s.ending
    where t.span = 'day' and t.people is null
)
select 'work' as kind, beginning, case
        when measure in ('tokens_in', 'tokens_out') then 'tokens'
        when measure = 'outcomes' and part = any(%(broken)s) then 'broken'
        when measure = 'outcomes' then 'answered'
        else measure
    end as part, '' as unit, sum(value)::bigint as value
    from counted where measure in ('tokens_in', 'tokens_out', 'outcomes', 'opened', 'decided', 'appeals') group by 2, 3
union all (
    select distinct on (beginning) 'work', beginning, 'waiting', '', value
    from counted where measure = 'waiting' order by beginning, since desc
)
union all select measure, null, part, unit, sum(value)::bigint
    from counted where measure in ('calls', 'tokens_in', 'tokens_out', 'cost', 'failures') group by measure, part, unit
"""
"""What servers and the team did, by span (`starts` and `ends`, exclusive), and over all of them by model and error."""
