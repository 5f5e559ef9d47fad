"""One line of a talk among its neighbours, on the branch it stands on: where a search leads."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.errors import NotFound
from accounts.models import User
from chat.models import Conversation
from chat.selectors import PAGE_MESSAGES, ShownMessage, shown_rows, shown_to
from chat.selectors.tree import tree_for
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
    tree = tree_for(user, conversation.pk)
    if not tree.shows(line):
        raise NotFound
    head = tree.in_view(conversation.head_id)
    if leaf is None or line not in tree.branch(leaf):
        leaf = head if line in tree.branch(head) else tree.newest_leaf(line)
    assert leaf is not None
    with connection.cursor() as cursor:
        where: dict[str, Any] = {"conversation": conversation.pk, "leaf": line, "wanted": BEFORE + 2}
        above = read_branch_sync(cursor, keep=shown_to(user), **where)
        values: dict[str, Any] = {"leaf": leaf, "conversation": conversation.pk, "line": line, "limit": PAGE_MESSAGES}
        cursor.execute(TOWARDS, values)
        below = [Row(*row) for row in cursor.fetchall()]
    earlier = above[BEFORE + 1].id if len(above) > BEFORE + 1 else None
    above = above[: BEFORE + 1][::-1]
    shown, later = below[:AFTER], len(below) > AFTER
    messages = shown_rows(user=user, conversation=conversation, rows=[*above, *shown], above=earlier)
    on_head = leaf == head
    return Passage(
        messages=messages,
        line=line,
        leaf=leaf,
        earlier=messages[0].id if earlier else None,
        later=messages[-1].id if later else None,
        head=on_head,
        near=on_head and len(below) < PAGE_MESSAGES,
    )
