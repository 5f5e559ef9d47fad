"""Whether the database agrees with itself, in what no constraint of it holds. See docs/backups.md."""

from dataclasses import dataclass

from django.db import connection

from accounts.models import DataKey
from chat.models import Conversation, Message, Revision
from memory.models import Memory


@dataclass(frozen=True, slots=True)
class Rule:
    """`query` finds ids of what breaks it; `name` says what that is."""

    name: str
    query: str


_MESSAGES, _TALKS, _KEYS = (model._meta.db_table for model in (Message, Conversation, DataKey))

RULES = (
    # Lines older than all that are left went with their months (docs/retention.md); what followed them begins the talk.
    Rule(
        "lines whose parent is missing",
        f"""select m.id from {_MESSAGES} m
            where m.parent_id is not null
              and not exists (select 1 from {_MESSAGES} p where p.id = m.parent_id)
              and exists (
                  select 1 from {_MESSAGES} e where e.conversation_id = m.conversation_id and e.id < m.parent_id
              )""",
    ),
    Rule(
        "lines whose parent is in another talk",
        f"""select m.id from {_MESSAGES} m join {_MESSAGES} p on p.id = m.parent_id
            where p.conversation_id <> m.conversation_id""",
    ),
    Rule("lines that are older than their parent", f"select id from {_MESSAGES} where parent_id >= id"),
    Rule(
        "talks whose head is no line of theirs",
        f"""select t.id from {_TALKS} t
            where t.head_id is not null
              and not exists (select 1 from {_MESSAGES} m where m.id = t.head_id and m.conversation_id = t.id)""",
    ),
    *(
        Rule(
            f"{model._meta.verbose_name_plural} sealed under a key that is not there",
            # version (1) | key id (16) | …, as accounts/encryption.py writes it
            f"""select s.id from {model._meta.db_table} s
                where length({column}) > 17 and not exists (
                    select 1 from {_KEYS} k where k.id = encode(substring({column} from 2 for 16), 'hex')::uuid
                )""",
        )
        for model, column in ((Message, "body"), (Revision, "body"), (Memory, "text"))
    ),
)
SHOWN = 3  # ids of each kind


def problems() -> list[str]:
    """A line for each rule that is broken, with some ids; empty: all is well. Reads whole tables."""
    found = []
    with connection.cursor() as cursor:
        for rule in RULES:
            cursor.execute(f"select count(*) over (), id from ({rule.query}) as broken(id) limit {SHOWN}")
            if rows := cursor.fetchall():
                ids = ", ".join(str(row[1]) for row in rows)
                found.append(f"{rows[0][0]} {rule.name}: {ids}")
    return found
