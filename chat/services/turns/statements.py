"""The statements that store an input and begin its turn: each one whole, or nothing."""

from functools import cache

from chat.prepared import Prepared
from chat.services.plays.entries import ENTRY
from chat.services.turns.standing import UNCHANGED
from chat.window import SAID

# One statement, whole or not at all; it does nothing when the head is no longer where it was seen.
HERE = """
with here as (
    select id from chat_conversation
    where id = %(conversation)s and head_id is not distinct from %(seen)s and deleted_at is null
"""
BEGIN = """
    for update
), turn as (
    insert into chat_turn (id, conversation_id, kind, status, started_by_id, reply_id, parent_id, head_before_id,
        character_id, speaker, hint, process, started_at, model, manifest, usage, error)
    select %(turn)s, id, %(kind)s, 'running', %(user)s, %(reply)s, %(parent)s, %(head_before)s::uuid,
        %(character)s::uuid, %(speaker)s, %(hint)s, %(process)s, %(now)s, '', '{}'::jsonb, '{}'::jsonb, '' from here
), moved as (
    update chat_conversation c set head_id = %(parent)s, updated_at = %(now)s from here where c.id = here.id
)
"""
SAY = """
, said as (
    insert into chat_message (id, conversation_id, parent_id, role, author_id, character_id, speaker, body, terms,
        status, hidden, feeling)
    select %(message)s, id, %(after)s::uuid, 'player', %(user)s, null, %(persona)s, %(body)s, %(terms)s::int4[],
        'complete', false, %(feeling)s::bytea from here
)
"""
SUBMIT = """
, submitted as (
    insert into chat_submission (user_id, client_id, conversation_id, message_id, turn_id, created_at)
    select %(user)s, %(client_id)s, id, %(message)s::uuid, %(turn)s, %(now)s from here
)
"""
STORED = "select id from here"  # no row when the head was not where it was seen
# The same, and with it the first page of the window: what the new line follows. Read by a statement of its own it
# would cost a trip before the first token.
STORED_BEHIND = f"""
select page.* from here left join lateral (
    select {SAID} from chat_message
    where conversation_id = here.id and id <= %(start)s::uuid and id >= %(bound)s::uuid and deleted_at is null
    order by id desc limit %(limit)s
) page on true order by page.id desc
"""  # noqa: S608
SAY_A_LINE = Prepared(HERE + BEGIN + SAY + SUBMIT + STORED_BEHIND)
SAY_IF_UNCHANGED = Prepared(HERE + f"and {UNCHANGED}" + BEGIN + SAY + SUBMIT + STORED_BEHIND)
BEGIN_AGAIN = HERE + BEGIN + SUBMIT + STORED

# A line that shows, as far as its own row can tell: `covered` if what it follows is hidden, `doubtful` if something
# deleted is older than it.
TARGET = """
select m.id, m.parent_id, m.role, m.author_id, m.body, m.character_id, m.heard_by, m.seen_by, m.status,
    coalesce(p.hidden, false) as covered, exists(
    select 1 from chat_message d
    where d.conversation_id = m.conversation_id and d.deleted_at is not null and d.id < m.id
) as doubtful
from chat_message m left join chat_message p on p.id = m.parent_id
where m.id = %s and m.conversation_id = %s and m.deleted_at is null and not m.hidden
"""
# Up to what is deleted first: nothing older can cut a line off.
CUT_OFF = """
with recursive up as (
    select id, parent_id, deleted_at from chat_message where id = %(line)s
    union all
    select m.id, m.parent_id, m.deleted_at from up u join chat_message m on m.id = u.parent_id
    where m.id >= (
        select id from chat_message where conversation_id = %(conversation)s and deleted_at is not null
        order by id limit 1
    )
) select bool_or(deleted_at is not null) as cut_off from up
"""
ABOVE = """
with recursive up as (
    select parent_id as id from chat_message where id = %(line)s
    union all
    select m.parent_id from up u join chat_message m on m.id = u.id and m.hidden
) select u.id from up u left join chat_message m on m.id = u.id where m.hidden is not true
"""

# In a room, under the conversation's lock: one after the other.
RUNNING = Prepared("""
select id, reply_id, first_waiting_id from chat_turn
where conversation_id = %(conversation)s and status = 'running' for update
""")
TURN = """
insert into chat_turn (id, conversation_id, kind, status, started_by_id, reply_id, parent_id, head_before_id,
    character_id, speaker, process, started_at, model, manifest, usage, error, heard_by, seen_by, first_waiting_id,
    hint)
values (%(turn)s, %(conversation)s, %(kind)s, 'running', %(user)s, %(reply)s, %(parent)s, %(head_before)s::uuid,
    %(character)s::uuid, %(speaker)s, %(process)s, %(now)s, '', '{}'::jsonb, '{}'::jsonb, '', %(heard_by)s::uuid[],
    %(seen_by)s::uuid[], %(first_waiting)s::uuid, %(hint)s)
"""
LOOKED = "update chat_room set due_id = null where conversation_id = %(conversation)s"
# What is said, and all that comes of it: one trip.
LINE = """
with said as (
    insert into chat_message (id, conversation_id, parent_id, role, author_id, character_id, speaker, body, terms,
        status, hidden, heard_by, seen_by, feeling)
    values (%(message)s, %(conversation)s, %(after)s::uuid, 'player', %(user)s, null, %(author)s, %(body)s,
        %(terms)s::int4[], 'complete', false, %(told_to)s::uuid[], %(shown_to)s::uuid[], %(feeling)s::bytea)
)
"""
AT_HEAD = """
, moved as (
    update chat_conversation set head_id = %(head)s, updated_at = %(now)s where id = %(conversation)s
), submitted as (
    insert into chat_submission (user_id, client_id, conversation_id, message_id, turn_id, created_at)
    values (%(user)s, %(client_id)s, %(conversation)s, %(message)s::uuid, %(turn)s::uuid, %(now)s)
)
"""
WAITS = """
, waits as (
    update chat_turn set first_waiting_id = coalesce(first_waiting_id, %(message)s) where id = %(running)s
)
"""
ANSWERED = f"""
, looked as ({LOOKED}), begun as ({TURN})
"""
ASK_AGAIN = Prepared(f"with nothing as (select 1) {AT_HEAD} {ANSWERED} select 1 as seq")


@cache
def store_line(*, happened: bool, answered: bool, waits: bool) -> Prepared:
    parts = [LINE, AT_HEAD]
    parts += [f", {ENTRY}"] if happened else []
    parts += [ANSWERED] if answered else []
    parts += [WAITS] if waits else []
    parts += [" select 1"]
    return Prepared("".join(parts))
