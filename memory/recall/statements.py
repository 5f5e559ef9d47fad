"""What recall asks Postgres: always by pair, so always exact; there is no index that could leave something out."""

PAIRS = """
select p.id, p.owner_id, p.revision,
    (select count(*) from memory_episode e where e.pair_id = p.id) as lines,
    r.model, r.dimensions
from memory_pair p left join memory_recipe r on r.id = 1
where p.owner_id = %(owner)s and p.character_id = %(character)s
"""
# What was said in a room is kept with whomever it was said to.
PAIRS_OF_ROOM = """
select p.id, p.owner_id, p.revision,
    (select count(*) from memory_episode e where e.pair_id = p.id and e.conversation_id = %(room)s) as lines,
    r.model, r.dimensions
from memory_pair p left join memory_recipe r on r.id = 1
where p.character_id = %(character)s and p.id in (
    select pair_id from memory_episode where conversation_id = %(room)s
    union select pair_id from memory_memory where conversation_id = %(room)s
)
order by p.id
"""
EPISODES = """
select id, conversation_id, message_id, revision, answers_id, speaker, text, is_question, said_at, seen_by
from memory_episode
where pair_id = any(%(pairs)s) and id > %(after)s
    and (%(room)s::uuid is null or conversation_id = %(room)s)
order by said_at, id
"""
MEMORIES = """
select m.id, m.conversation_id, m.kind, m.text, m.importance, m.said_at, m.pinned, m.state, m.superseded_by_id,
    m.seen_by, m.provenance,
    coalesce((
        select string_agg(uuid_send(s.message_id) || int8send(s.revision), ''::bytea order by s.id)
        from memory_memorysource s where s.memory_id = m.id
    ), ''::bytea) as marks
from memory_memory m
where m.pair_id = any(%(pairs)s) and (%(room)s::uuid is null or m.conversation_id = %(room)s)
order by m.id
"""
KEYS = "select id, owner_id, kek_id, wrapped from accounts_datakey where id = any(%(keys)s) and destroyed_at is null"
# Only vectors of one label are compared.
LIKENESS = """
select id, 1 - (embedding <=> %(question)s::vector) as likeness
from memory_episode where pair_id = any(%(pairs)s) and model = %(label)s
union all
select id, 1 - (embedding <=> %(question)s::vector)
from memory_memory where pair_id = any(%(pairs)s) and model = %(label)s
"""
