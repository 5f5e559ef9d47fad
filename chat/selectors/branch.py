"""A branch as a page shows it to somebody: its lines, and one of them alone."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.safestring import SafeString

from accounts.blocks import unwanted_lines
from accounts.encryption import key_id_of
from accounts.errors import NotFound
from accounts.models import User
from chat.ciphers import load_keys
from chat.markdown import render
from chat.models import Conversation, Message
from chat.scene import audience_of
from chat.selectors.rooms import whispers
from chat.selectors.takes import takes_and_ratings
from chat.selectors.talks import conversations_for
from chat.selectors.words import said_at, text_of_message
from chat.window import read_branch_sync

PAGE_MESSAGES = 40
MOST_MESSAGES = 400


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as the page, the API and the `message` frame show it. `siblings` are in order, `position` from 1.

    `parent_id` is what it follows in view. The model is not told of what is `muted`. `rating` is what the viewer thinks
    of it: up or down. `unwanted` is a line of somebody whom the viewer blocked.
    """

    id: UUID
    parent_id: UUID | None
    role: str
    author: str
    character_id: UUID | None
    content: str
    status: str
    created_at: datetime
    siblings: list[UUID]
    position: int
    mine: bool
    author_id: UUID | None = None
    whispered: bool = False
    whispered_to: tuple[str, ...] = ()
    muted: bool = False
    edited: bool = False
    rating: str | None = None
    unwanted: bool = False

    @property
    def html(self) -> SafeString:
        return render(self.content)


def shown_branch(
    *, user: User, conversation: Conversation, leaf: UUID | None, limit: int = PAGE_MESSAGES, since: UUID | None = None
) -> tuple[list[ShownMessage], bool]:
    """Up to `limit` messages of the branch that ends in `leaf`, oldest first; and whether there are older ones.

    What the user may not see is not there: not in the count, and nothing follows it. With `since`, all of them from
    that one on, if it is on the branch and not too far up.
    """
    wanted = max(limit, MOST_MESSAGES) if since else limit
    where: dict[str, Any] = {"conversation": conversation.pk, "leaf": leaf, "wanted": wanted + 1}
    with connection.cursor() as cursor:
        rows = read_branch_sync(cursor, keep=shown_to(user), **where)
    if since:
        limit = max(limit, next((count for count, row in enumerate(rows[:wanted], 1) if row.id == since), 0))
    above = rows[limit].id if len(rows) > limit else None
    return shown_rows(user=user, conversation=conversation, rows=rows[:limit][::-1], above=above), above is not None


def shown_rows(
    *, user: User, conversation: Conversation, rows: list[Any], above: UUID | None = None
) -> list[ShownMessage]:
    """Lines of a branch as a page shows them, without those that are hidden and other people's whispers.

    Oldest first, each following the one before, the first one `above`.
    """
    rows = [row for row in rows if not row.hidden and audience_of(row).shown_to(user.pk)]
    places = [above, *(row.id for row in rows)][: len(rows)]
    takes, ratings = takes_and_ratings(conversation.pk, places, user)
    load_keys(key_id_of(row.body) for row in rows)
    names = _whispered_to(conversation.pk, rows)
    # Alone with characters nobody is asked about.
    unwanted = unwanted_lines(user) if any(row.author_id not in (None, user.pk) for row in rows) else set()
    return [
        _shown(row, place, takes[place], user, names, ratings.get(row.id), unwanted)
        for row, place in zip(rows, places, strict=True)
    ]


def _whispered_to(conversation_id: UUID, rows: list[Any]) -> dict[UUID, tuple[str, ...]]:
    """By message, for those that are whispers. Nothing is asked where there are none."""
    audiences = {row.id: (audience_of(row), row.author_id, row.character_id) for row in rows if row.seen_by is not None}
    if not audiences:
        return {}
    return whispers(conversation_id, audiences)


def shown_to(user: User) -> Callable[[Any], bool]:
    """Which messages somebody may see: all, but other people's whispers."""
    return lambda row: audience_of(row).shown_to(user.pk)


def older_than(
    *, user: User, conversation: Conversation, message_id: UUID, limit: int = PAGE_MESSAGES
) -> tuple[list[ShownMessage], bool]:
    """The messages of the branch above one of it."""
    message = Message.objects.filter(pk=message_id, conversation=conversation).first()
    if message is None or not audience_of(message).shown_to(user.pk):
        raise NotFound
    return shown_branch(user=user, conversation=conversation, leaf=message.parent_id, limit=limit)


def role_of(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """Whose line this is: player or character. NotFound for strangers."""
    return line_for(user=user, conversation_id=conversation_id, message_id=message_id).role


def line_for(*, user: User, conversation_id: UUID, message_id: UUID) -> Message:
    """A line that this user may see. NotFound for every other."""
    found = Message.objects.filter(
        pk=message_id,
        conversation__in=conversations_for(user).filter(pk=conversation_id),
        deleted_at=None,
        hidden=False,
    )
    message = found.first()
    if message is None or not audience_of(message).shown_to(user.pk):
        raise NotFound
    return message


def _shown(
    row: Any,
    place: UUID | None,
    beside: list[UUID],
    user: User,
    whispered: dict[UUID, tuple[str, ...]],
    rating: str | None,
    unwanted: Collection[UUID],
) -> ShownMessage:
    if row.id not in beside:
        beside = [row.id]  # its parent's month was dropped
    return ShownMessage(
        id=row.id,
        parent_id=place,
        role=row.role,
        author=row.speaker,
        character_id=row.character_id,
        content=text_of_message(row),
        status=row.status,
        created_at=said_at(row.id),
        siblings=beside,
        position=beside.index(row.id) + 1,
        mine=row.author_id == user.pk,
        author_id=row.author_id,
        whispered=row.seen_by is not None,
        whispered_to=whispered.get(row.id, ()),
        muted=row.muted,
        edited=row.edited_at is not None,
        rating=rating,
        unwanted=row.author_id in unwanted,
    )
