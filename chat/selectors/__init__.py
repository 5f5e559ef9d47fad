"""Every read of conversations; the tree of one is read in tree.py, what stands behind a line in lines.py.

Each takes the viewer; a stranger's conversation and a missing one look alike.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from accounts.selectors import display_name, persona_called
from characters.models import CharacterVersion
from chat import protocol
from chat.ciphers import load_keys
from chat.database import in_thread
from chat.markdown import render
from chat.models import CastMember, Conversation, Message, Participant, Turn
from chat.window import read_branch_sync

PAGE_MESSAGES = 40
MOST_MESSAGES = 400
PREVIEW_CHARACTERS = 90
_MARKS = re.compile(r"[*_`#>~|]+")

# What stands below these lines, and at the root where that is asked for: past lines that are hidden.
BELOW = """
with recursive below as (
    (
        select id, parent_id as place, hidden from chat_message
        where conversation_id = %(conversation)s and parent_id = any(%(lines)s) and deleted_at is null
        union all
        select id, parent_id, hidden from chat_message
        where %(root)s and conversation_id = %(conversation)s and parent_id is null and deleted_at is null
    )
    union all
    select m.id, b.place, m.hidden from below b join chat_message m on m.parent_id = b.id and m.id > b.id
    where b.hidden and m.conversation_id = %(conversation)s and m.deleted_at is null
) select id, place from below where not hidden order by id
"""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as the page, the API and the `message` frame show it. `siblings` are in order, `position` from 1.

    `parent_id` is what it follows in view. The model is not told of what is `muted`.
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
    muted: bool = False
    edited: bool = False

    @property
    def html(self) -> SafeString:
        return render(self.content)


@dataclass(frozen=True, slots=True)
class Talk:
    """One line of the list of conversations."""

    id: UUID
    title: str
    version: CharacterVersion
    preview: str
    updated_at: datetime
    deleted_at: datetime | None = None

    @property
    def restore_url(self) -> str:
        return reverse("take-back", args=[self.id])

    @property
    def character_name(self) -> str:
        return self.version.name


@dataclass(slots=True)
class Pace:
    """What limits ask of a plan; every socket keeps one, and a model's row is forty times as heavy."""

    burst: int | None
    per_minute: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a socket is told when it connects."""

    head_id: UUID | None
    participants: list[protocol.Person]
    pace: Pace
    language: str


def conversations_for(user: User) -> QuerySet[Conversation]:
    """Those the user takes part in and that are not in the trash, newest activity first; temporary ones too."""
    return Conversation.objects.filter(participants__user=user, participants__left_at=None, deleted_at=None).order_by(
        "-updated_at"
    )


def get_conversation(*, user: User, conversation_id: UUID) -> Conversation:
    """NotFound for a stranger's conversation as for a missing one."""
    found = conversations_for(user).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def cast_version(conversation: Conversation) -> CharacterVersion:
    """The version that speaks first in the cast."""
    member = CastMember.objects.filter(conversation=conversation).select_related("version", "character").first()
    if member is None:
        raise NotFound
    return member.version


def persona_in(*, user: User, conversation: Conversation, language: str) -> tuple[UUID | None, str]:
    """Whom the user plays here, and what they are called. `language` is the talk's: that of the version that plays."""
    part = Participant.objects.filter(conversation=conversation, user=user).values_list("persona", "persona__name")
    persona_id, name = part.first() or (None, None)
    return persona_id, persona_called(name or display_name(user), language)


def versions_in_talks(user: User) -> QuerySet[CharacterVersion]:
    """Versions that the user plays with; their portraits stay visible when the character goes private."""
    return CharacterVersion.objects.filter(
        pk__in=CastMember.objects.filter(conversation__participants__user=user).values("version")
    )


def talks_for(user: User, *, limit: int = 100) -> list[Talk]:
    """The list beside the page, with the last line of each; no temporary ones. Four queries, whatever the number."""
    return _listed(conversations_for(user).filter(expires_at=None)[:limit])


def trashed_for(user: User, *, limit: int = 100) -> list[Talk]:
    """What the owner threw away and may still take back, last thrown first. As many queries."""
    thrown = Conversation.objects.filter(owner=user, deleted_at__isnull=False, expires_at=None).order_by("-deleted_at")
    return _listed(thrown[:limit])


def _listed(found: QuerySet[Conversation]) -> list[Talk]:
    conversations = list(found.prefetch_related("cast__version"))
    heads = Message.objects.filter(pk__in=[c.head_id for c in conversations if c.head_id])
    lines = {message.pk: message for message in heads}
    load_keys({c.key_id for c in conversations} | {key_id_of(m.body) for m in lines.values()})
    return [
        Talk(
            id=conversation.pk,
            title=title_of(conversation) or conversation.cast.all()[0].version.name,
            version=conversation.cast.all()[0].version,
            preview=preview_of(lines.get(conversation.head_id) if conversation.head_id else None),
            updated_at=conversation.updated_at,
            deleted_at=conversation.deleted_at,
        )
        for conversation in conversations
    ]


def title_of(conversation: Conversation) -> str:
    """The title somebody gave; empty where nobody did."""
    if not conversation.title:
        return ""
    try:
        return cipher_for(conversation.key_id).open(conversation.title, Place("title", conversation.pk))
    except ContentLost:
        return ""


def shown_branch(
    *, user: User, conversation: Conversation, leaf: UUID | None, limit: int = PAGE_MESSAGES, since: UUID | None = None
) -> tuple[list[ShownMessage], bool]:
    """Up to `limit` messages of the branch that ends in `leaf`, oldest first; and whether there are older ones.

    With `since`, all of them from that one on, if it is on the branch and not too far up.
    """
    wanted = max(limit, MOST_MESSAGES) if since else limit
    with connection.cursor() as cursor:
        rows = read_branch_sync(cursor, conversation=conversation.pk, leaf=leaf, wanted=wanted + 1)
    if since:
        limit = max(limit, next((count for count, row in enumerate(rows[:wanted], 1) if row.id == since), 0))
    above = rows[limit].id if len(rows) > limit else None
    return shown_rows(user=user, conversation=conversation, rows=rows[:limit][::-1], above=above), above is not None


def shown_rows(
    *, user: User, conversation: Conversation, rows: list[Any], above: UUID | None = None
) -> list[ShownMessage]:
    """Lines of a branch as a page shows them: oldest first, each following the one before, the first one `above`."""
    places = [above, *(row.id for row in rows)][: len(rows)]
    takes = lines_below(conversation.pk, places)
    load_keys(key_id_of(row.body) for row in rows)
    return [_shown(row, place, takes[place], user) for row, place in zip(rows, places, strict=True)]


def older_than(
    *, user: User, conversation: Conversation, message_id: UUID, limit: int = PAGE_MESSAGES
) -> tuple[list[ShownMessage], bool]:
    """The messages of the branch above one of it."""
    message = Message.objects.filter(pk=message_id, conversation=conversation).first()
    if message is None:
        raise NotFound
    return shown_branch(user=user, conversation=conversation, leaf=message.parent_id, limit=limit)


def role_of(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """Whose line this is: player or character. NotFound for strangers."""
    found = Message.objects.filter(
        pk=message_id,
        conversation__in=conversations_for(user).filter(pk=conversation_id),
        deleted_at=None,
        hidden=False,
    )
    role = found.values_list("role", flat=True).first()
    if role is None:
        raise NotFound
    return role


def lines_below(conversation_id: UUID, places: Iterable[UUID | None]) -> defaultdict[UUID | None, list[UUID]]:
    """The alternatives that follow each of these lines, oldest first; None is the root. One query."""
    wanted = set(places)
    found: defaultdict[UUID | None, list[UUID]] = defaultdict(list)
    if wanted:
        where: dict[str, Any] = {
            "conversation": conversation_id,
            "lines": list(wanted - {None}),
            "root": None in wanted,
        }
        with connection.cursor() as cursor:
            cursor.execute(BELOW, where)
            for line, place in cursor.fetchall():
                found[place].append(line)
    return found


def running_turn_of(conversation: Conversation) -> Turn | None:
    return Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).first()


def message_body(accepted: Any, *, content: str) -> protocol.MessageBody:
    """A line that was just stored, as other tabs are told of it."""
    return protocol.MessageBody(
        id=accepted.message_id,
        parent_id=accepted.parent_id,
        role="player",
        author=accepted.speaker,
        character_id=None,
        content=content,
        status="complete",
        created_at=_said_at(accepted.message_id).isoformat(),
        siblings=[accepted.message_id],
    )


@in_thread
def stored_body(conversation_id: UUID, message_id: UUID) -> protocol.MessageBody | None:
    """The same from the database, for the sockets of another process."""
    message = Message.objects.filter(pk=message_id, conversation=conversation_id, deleted_at=None, hidden=False).first()
    if message is None:
        return None
    siblings = lines_below(conversation_id, [message.parent_id])[message.parent_id]
    return protocol.MessageBody(
        id=message.pk,
        parent_id=message.parent_id,
        role=message.role,  # type: ignore[arg-type]
        author=message.speaker,
        character_id=message.character_id,
        content=_text(message),
        status=message.status,  # type: ignore[arg-type]
        created_at=_said_at(message.pk).isoformat(),
        siblings=siblings,
        position=siblings.index(message.pk) + 1,
        muted=message.muted,
        edited=message.edited_at is not None,
    )


@in_thread
def conversation_for_socket(*, user_id: UUID, conversation_id: UUID) -> Snapshot:
    """NotFound for strangers. Two queries."""
    people = list(
        Participant.objects.filter(conversation=conversation_id, left_at=None, conversation__deleted_at=None)
        .select_related("conversation", "persona", "user__plan", "user__profile")
        .annotate(
            spoken=Subquery(
                CastMember.objects.filter(conversation=OuterRef("conversation")).values("version__language")[:1]
            )
        )
    )
    mine = next((person for person in people if person.user_id == user_id), None)
    if mine is None:
        raise NotFound
    return Snapshot(
        head_id=mine.conversation.head_id,
        participants=[
            protocol.Person(
                user_id=person.user_id,
                name=persona_called(person.persona.name, person.spoken)
                if person.persona
                else display_name(person.user),
                role=person.role,
            )
            for person in people
        ],
        pace=Pace(mine.user.plan.burst, mine.user.plan.per_minute),
        language=mine.user.language,
    )


def _shown(row: Any, place: UUID | None, beside: list[UUID], user: User) -> ShownMessage:
    if row.id not in beside:
        beside = [row.id]  # its parent's month was dropped
    return ShownMessage(
        id=row.id,
        parent_id=place,
        role=row.role,
        author=row.speaker,
        character_id=row.character_id,
        content=_text(row),
        status=row.status,
        created_at=_said_at(row.id),
        siblings=beside,
        position=beside.index(row.id) + 1,
        mine=row.author_id == user.pk,
        muted=row.muted,
        edited=row.edited_at is not None,
    )


def _said_at(message_id: UUID) -> datetime:
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def _text(row: Any) -> str:
    try:
        return cipher_for(key_id_of(row.body)).open(row.body, Place("message", row.id))
    except ContentLost:
        return ""


def preview_of(message: Message | None) -> str:
    if message is None:
        return ""
    plain = _MARKS.sub("", _text(message)[: PREVIEW_CHARACTERS * 2])
    return " ".join(plain.split())[:PREVIEW_CHARACTERS]
