"""The alternatives at a place of the tree, and what somebody thinks of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User

# What stands below these lines, and at the root where that is asked for: past lines that are hidden.
BELOW = """
with recursive lines as not materialized (
    select id, parent_id, hidden or not (seen_by is null or coalesce(seen_by @> %(seen_by)s::uuid[], false)) as out
    from chat_message where conversation_id = %(conversation)s and deleted_at is null
), below as (
    (
        select id, parent_id as place, out from lines where parent_id = any(%(lines)s)
        union all
        select id, parent_id, out from lines where %(root)s and parent_id is null
    )
    union all
    select m.id, b.place, m.out from below b join lines m on m.parent_id = b.id and m.id > b.id where b.out
) select id, place from below where not out order by id
"""
# The same, and what one of them thinks of each.
RATED_BELOW = f"""
select b.id, b.place, r.good from ({BELOW}) b
left join chat_rating r on r.user_id = %(user)s and r.message_id = b.id order by b.id
"""  # noqa: S608
RATINGS: Mapping[bool, str] = {True: "up", False: "down"}


def lines_below(
    conversation_id: UUID, places: Iterable[UUID | None], *, seen_by: Sequence[UUID] | None
) -> defaultdict[UUID | None, list[UUID]]:
    """The alternatives that follow each of these lines, oldest first; None is the root. One query.

    Those that each of `seen_by` sees; with None, those that all do.
    """
    found: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
    for line, place in _below(BELOW, conversation_id, places, seen_by=None if seen_by is None else list(seen_by)):
        found[place].append(line)
    return found


def takes_and_ratings(
    conversation_id: UUID, places: Iterable[UUID | None], user: User
) -> tuple[defaultdict[UUID | None, list[UUID]], dict[UUID, str]]:
    """As `lines_below`, of what this user sees; and what they think of those lines. One query too."""
    found: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
    ratings: dict[UUID, str] = {}
    for line, place, good in _below(RATED_BELOW, conversation_id, places, seen_by=[user.pk], user=user.pk):
        found[place].append(line)
        if good is not None:
            ratings[line] = RATINGS[good]
    return found, ratings


def _below(statement: str, conversation_id: UUID, places: Iterable[UUID | None], **more: Any) -> list[Any]:
    wanted = set(places)
    if not wanted:
        return []
    where = {"conversation": conversation_id, "lines": list(wanted - {None}), "root": None in wanted, **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, where)
        return cursor.fetchall()
