"""Who has to look again when lines of a room were changed: nobody learns that there was a whisper of others."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from accounts.models import User
from chat.database import in_thread
from chat.models import Conversation, Message, Participant
from chat.selectors.rooms import shown_heads

# For whom there is something at these lines or below, taken out or not.
BELOW = """
with recursive below as (
    select id, seen_by from chat_message where id = any(%(lines)s)
    union all
    select m.id, m.seen_by from below b join chat_message m on m.parent_id = b.id and m.id > b.id
) select distinct seen_by from below
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """The branch was at `head` before the change. With `cuts`, lines went or came back with all that follows them."""

    head: UUID | None
    cuts: bool = True


def head_of(conversation_id: UUID) -> UUID | None:
    """Read before a change: whoever moves the head meanwhile tells of that themselves."""
    return Conversation.objects.filter(pk=conversation_id).values_list("head", flat=True).first()


def concerned(
    conversation_id: UUID, lines: Collection[UUID], *, moved: Moved | None = None
) -> dict[UUID, list[UUID]] | None:
    """The people who have to look again, each with those of the lines that they see; None: everybody, all of them.

    `moved` says how the branch went; without it only the lines themselves have changed.
    """
    seen_by = dict(Message.objects.filter(pk__in=lines, conversation=conversation_id).values_list("pk", "seen_by"))
    if lines and all(seen is None for seen in seen_by.values()):
        return None
    below = _below(lines) if moved and moved.cuts else []
    now = head_of(conversation_id)
    told = {}
    for person in _people(conversation_id):
        theirs = [line for line, seen in seen_by.items() if _sees(person, seen)]
        if theirs or any(_sees(person, seen) for seen in below) or (moved and _went(person, moved.head, now)):
            told[person.pk] = theirs
    return told


@in_thread
def whose_branch_went(conversation_id: UUID, before: UUID | None) -> dict[UUID, list[UUID]]:
    """The same where the head alone has moved: of no line in particular."""
    return concerned(conversation_id, [], moved=Moved(before, cuts=False)) or {}


def _people(conversation_id: UUID) -> Iterable[User]:
    there = Participant.objects.filter(conversation=conversation_id, left_at=None)
    return User.objects.filter(pk__in=there.values("user")).only("pk")


def _sees(person: User, seen_by: Collection[UUID] | None) -> bool:
    return seen_by is None or person.pk in seen_by


def _below(lines: Collection[UUID]) -> list[Collection[UUID] | None]:
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"lines": list(lines)})
        return [row[0] for row in cursor.fetchall()]


def _went(person: User, before: UUID | None, now: UUID | None) -> bool:
    """Whether their branch ends elsewhere."""
    if before == now:
        return False
    ends = shown_heads(person, [before, now])
    return ends.get(before) != ends.get(now)
