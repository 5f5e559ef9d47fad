"""One line of a talk among its neighbours, on the branch it stands on: where a search leads."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.errors import NotFound
from accounts.models import User
from chat.models import Conversation, Message
from chat.selectors import PAGE_MESSAGES, ShownMessage, is_rooted, newest_leaf, shown_rows, shown_to, stands_on
from chat.window import Row, read_branch_sync

BEFORE = 20
AFTER = 20

# Down from a line towards a leaf: up from the leaf, and turned round.
TOWARDS = f"""
with recursive up as (
    select id, parent_id, deleted_at from chat_message where id = %(leaf)s and conversation_id = %(conversation)s
    union all
    select m.id, m.parent_id, m.deleted_at from up u join chat_message m on m.id = u.parent_id where m.id > %(line)s
), nearest as (
    select id from up where id > %(line)s and id < coalesce(
        (select min(id::text)::uuid from up where deleted_at is not null and id > %(line)s),
        'ffffffff-ffff-ffff-ffff-ffffffffffff'
    ) order by id limit %(limit)s
) select {", ".join("m." + column for column in Row._fields)}
from nearest n join chat_message m on m.id = n.id order by m.id
"""  # noqa: S608  only our own column names are put in


@dataclass(frozen=True, slots=True)
class Passage:
    """Oldest first. `earlier` and `later` are the lines to go on from; None where the branch begins or ends.

    `head` says that this is the branch on which the talk goes on.
    """

    messages: list[ShownMessage]
    line: UUID
    leaf: UUID
    earlier: UUID | None
    later: UUID | None
    head: bool
    near: bool  # within what the talk's own page shows


def passage(*, user: User, conversation: Conversation, line: UUID, leaf: UUID | None = None) -> Passage:
    """NotFound for a line that is deleted, hidden, below a deleted one, or of another talk.

    Shown on the branch that ends in `leaf`, if it stands there; else on the talk's own, else on the newest beneath it.
    """
    there = Message.objects.filter(pk=line, conversation=conversation, deleted_at=None, hidden=False).first()
    if there is None or not shown_to(user)(there) or not is_rooted(line):
        raise NotFound
    if leaf is None or not stands_on(leaf, line):
        leaf = conversation.head_id if stands_on(conversation.head_id, line) else newest_leaf(line)
    assert leaf is not None
    with connection.cursor() as cursor:
        above = read_branch_sync(cursor, conversation=conversation.pk, leaf=line, wanted=BEFORE + 2)
        values: dict[str, Any] = {"leaf": leaf, "conversation": conversation.pk, "line": line, "limit": PAGE_MESSAGES}
        cursor.execute(TOWARDS, values)
        below = [Row(*row) for row in cursor.fetchall()]
    earlier = len(above) > BEFORE + 1
    above = above[: BEFORE + 1][::-1]
    shown, later = below[:AFTER], len(below) > AFTER
    messages = shown_rows(user=user, conversation=conversation, rows=[*above, *shown])
    on_head = leaf == conversation.head_id
    return Passage(
        messages=messages,
        line=line,
        leaf=leaf,
        earlier=messages[0].id if earlier else None,
        later=messages[-1].id if later else None,
        head=on_head,
        near=on_head and len(below) < PAGE_MESSAGES,
    )
