"""Every read of conversations; what is found by searching is in search.py, one line among its neighbours in
reading.py. Each takes the viewer; a stranger's conversation and a missing one look alike."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
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
from chat.scene import Audience, audience_of
from chat.selectors.rooms import people_in_room, shown_head, whispered_to, whispers
from chat.window import read_branch_sync

PAGE_MESSAGES = 40
PREVIEW_CHARACTERS = 90
_MARKS = re.compile(r"[*_`#>~|]+")

# Down from a message, by the newest child each time.
LEAF = """
with recursive down as (
    select %s::uuid as id
    union all
    select c.id from down d cross join lateral (
        select id from chat_message m
        where m.parent_id = d.id and m.id > d.id and m.deleted_at is null and not m.hidden order by id desc limit 1
    ) c
) select id from down order by id desc limit 1
"""


# Up from a message to the root: is this other message on the way, and is nothing on it deleted?
UP = """
with recursive up as (
    select id, parent_id, deleted_at from chat_message where id = %s
    union all
    select m.id, m.parent_id, m.deleted_at from up u join chat_message m on m.id = u.parent_id
) select coalesce(bool_or(id = %s), false), coalesce(bool_and(deleted_at is null), false) from up
"""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as the page, the API and the `message` frame show it. `siblings` are in order, `position` from 1."""

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

    @property
    def html(self) -> SafeString:
        return render(self.content)


@dataclass(frozen=True, slots=True)
class Talk:
    """One line of the list of conversations."""

    id: UUID
    owner_id: UUID
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
    is_room: bool = False


def conversations_for(user: User) -> QuerySet[Conversation]:
    """Those the user takes part in and that are not in the trash, newest activity first."""
    return Conversation.objects.filter(participants__user=user, participants__left_at=None, deleted_at=None).order_by(
        "-updated_at"
    )


def get_conversation(*, user: User, conversation_id: UUID) -> Conversation:
    """NotFound for a stranger's conversation as for a missing one."""
    found = conversations_for(user).select_related("room").filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def cast_version(conversation: Conversation) -> CharacterVersion:
    """The version that speaks first in the cast."""
    member = CastMember.objects.filter(conversation=conversation).select_related("version", "character").first()
    if member is None:
        raise NotFound
    return member.version


def cast_versions(conversation: Conversation) -> list[CharacterVersion]:
    """Who is in the cast, in the version each entered with."""
    return [member.version for member in conversation.cast.select_related("version").order_by("position")]


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
    """The list beside the page, with the last line of each: pinned ones first, none from the archive.

    Four queries, whatever the number.
    """
    shown = Conversation.objects.filter(
        participants__user=user, participants__left_at=None, participants__archived_at=None, deleted_at=None
    )
    return listed(shown.order_by(F("participants__pinned_at").desc(nulls_last=True), "-updated_at")[:limit], user)


def trashed_for(user: User, *, limit: int = 100) -> list[Talk]:
    """What the owner threw away and may still take back, last thrown first. As many queries."""
    thrown = Conversation.objects.filter(owner=user, deleted_at__isnull=False).order_by("-deleted_at")
    return listed(thrown[:limit], user)


def listed(found: QuerySet[Conversation], user: User) -> list[Talk]:
    conversations = list(found.prefetch_related("cast__version"))
    heads = Message.objects.filter(pk__in=[c.head_id for c in conversations if c.head_id])
    lines = {message.pk: message for message in heads}
    load_keys({c.key_id for c in conversations} | {key_id_of(m.body) for m in lines.values()})
    return [
        Talk(
            id=conversation.pk,
            owner_id=conversation.owner_id,
            title=title_of(conversation) or conversation.cast.all()[0].version.name,
            version=conversation.cast.all()[0].version,
            preview=_preview(lines.get(conversation.head_id) if conversation.head_id else None, user),
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
    *, user: User, conversation: Conversation, leaf: UUID | None, limit: int = PAGE_MESSAGES
) -> tuple[list[ShownMessage], bool]:
    """Up to `limit` messages of the branch that ends in `leaf`, oldest first; and whether there are older ones.

    What the user may not see is not there: not in the count, and nothing follows it.
    """
    with connection.cursor() as cursor:
        rows = read_branch_sync(cursor, conversation=conversation.pk, leaf=leaf, wanted=limit + 1, keep=shown_to(user))
    more = len(rows) > limit
    return shown_rows(user=user, conversation=conversation, rows=_closed_up(rows)[:limit][::-1]), more


def shown_rows(*, user: User, conversation: Conversation, rows: list[Any]) -> list[ShownMessage]:
    """These rows of the window as a page shows them, without the hidden ones, and without other people's whispers."""
    rows = [row for row in rows if not row.hidden and audience_of(row).shown_to(user.pk)]
    siblings = _siblings(conversation.pk, rows, user)
    load_keys(key_id_of(row.body) for row in rows)
    names = _whispered_to(conversation.pk, rows)
    return [_shown(row, siblings, user, names) for row in rows]


def _whispered_to(conversation_id: UUID, rows: list[Any]) -> dict[UUID, tuple[str, ...]]:
    """By message, for those that are whispers. Nothing is asked where there are none."""
    audiences = {row.id: (audience_of(row), row.author_id, row.character_id) for row in rows if row.seen_by is not None}
    if not audiences:
        return {}
    return whispers(conversation_id, audiences)


def shown_to(user: User) -> Callable[[Any], bool]:
    """Which messages somebody may see: all, but other people's whispers."""
    return lambda row: audience_of(row).shown_to(user.pk)


def _closed_up(rows: list[Any]) -> list[Any]:
    """Newest first; each follows the one below it, whatever stood between them and is not shown."""
    above = [row.id for row in rows[1:]]
    return [
        row._replace(parent_id=parent) if row.parent_id not in (None, parent) else row
        for row, parent in zip(rows, above, strict=False)
    ] + rows[len(above) :]


def older_than(*, user: User, conversation: Conversation, message_id: UUID) -> tuple[list[ShownMessage], bool]:
    """The messages of the branch above one of it."""
    message = Message.objects.filter(pk=message_id, conversation=conversation).first()
    if message is None or not audience_of(message).shown_to(user.pk):
        raise NotFound
    return shown_branch(user=user, conversation=conversation, leaf=message.parent_id)


def role_of(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """Whose line this is: player or character. NotFound for strangers."""
    found = Message.objects.filter(
        pk=message_id, conversation__in=conversations_for(user).filter(pk=conversation_id), deleted_at=None
    )
    message = found.first()
    if message is None or not audience_of(message).shown_to(user.pk):
        raise NotFound
    return message.role


def siblings_of(message: Message) -> list[UUID]:
    """The alternatives of a message, itself included, oldest first: those that everybody sees who sees it."""
    beside = Message.objects.filter(
        Q(seen_by=None) | Q(seen_by=message.seen_by),
        conversation=message.conversation_id, parent=message.parent_id, deleted_at=None, hidden=False,
    )  # fmt: skip
    return list(beside.order_by("id").values_list("id", flat=True))


def newest_leaf(message_id: UUID) -> UUID:
    """Where the branch through this message was left."""
    with connection.cursor() as cursor:
        cursor.execute(LEAF, [message_id])
        return UUID(str(cursor.fetchone()[0]))


def stands_on(leaf: UUID | None, message_id: UUID) -> bool:
    """Whether the branch that ends in `leaf` goes through this message."""
    return leaf is not None and _up(leaf, message_id)[0]


def is_rooted(message_id: UUID) -> bool:
    """Whether nothing above this message, nor itself, is deleted."""
    return _up(message_id, message_id)[1]


def _up(leaf: UUID, message_id: UUID) -> tuple[bool, bool]:
    with connection.cursor() as cursor:
        cursor.execute(UP, [leaf, message_id])
        passes, rooted = cursor.fetchone()
    return bool(passes), bool(rooted)


def running_turn_of(*, user: User, conversation: Conversation) -> Turn | None:
    """None also for a reply that the user is not meant to see."""
    turn = Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).first()
    return turn if turn is not None and audience_of(turn).shown_to(user.pk) else None


def message_body(accepted: Any, *, content: str, author_id: UUID) -> protocol.MessageBody:
    """A line that was just stored, as other tabs are told of it."""
    return protocol.MessageBody(
        id=accepted.message_id,
        parent_id=accepted.parent_id,
        role="player",
        author=accepted.speaker,
        character_id=None,
        content=content,
        status="complete",
        created_at=said_at(accepted.message_id).isoformat(),
        siblings=[accepted.message_id],
        author_id=author_id,
        whispered_to=list(accepted.whispered_to),
    )


@in_thread
def stored_body(conversation_id: UUID, message_id: UUID) -> tuple[protocol.MessageBody, Audience] | None:
    """The same from the database, for the sockets of another process, and for whom it is."""
    message = Message.objects.filter(pk=message_id, conversation=conversation_id, deleted_at=None).first()
    if message is None:
        return None
    siblings = siblings_of(message)
    audience = audience_of(message)
    body = protocol.MessageBody(
        id=message.pk,
        parent_id=message.parent_id,
        role=message.role,  # type: ignore[arg-type]
        author=message.speaker,
        character_id=message.character_id,
        content=text_of_message(message),
        status=message.status,  # type: ignore[arg-type]
        created_at=said_at(message.pk).isoformat(),
        siblings=siblings,
        position=siblings.index(message.pk) + 1,
        author_id=message.author_id,
        whispered_to=whispered_to(message.conversation_id, audience, author_id=message.author_id),
    )
    return body, audience


@in_thread
def conversation_for_socket(*, user_id: UUID, conversation_id: UUID) -> Snapshot:
    """NotFound for strangers. Two queries; in a room one more, for where the branch ends for this person."""
    people = list(
        Participant.objects.filter(conversation=conversation_id, left_at=None, conversation__deleted_at=None)
        .select_related("conversation__room", "persona", "user__plan", "user__profile")
        .annotate(
            spoken=Subquery(
                CastMember.objects.filter(conversation=OuterRef("conversation")).values("version__language")[:1]
            )
        )
    )
    mine = next((person for person in people if person.user_id == user_id), None)
    if mine is None:
        raise NotFound
    is_room = hasattr(mine.conversation, "room")
    return Snapshot(
        head_id=shown_head(mine.user, mine.conversation.head_id) if is_room else mine.conversation.head_id,
        participants=people_in_room(people, mine.spoken) if is_room else [_person(person) for person in people],
        pace=Pace(mine.user.plan.burst, mine.user.plan.per_minute),
        language=mine.user.language,
        is_room=is_room,
    )


def _person(person: Any) -> protocol.Person:
    name = persona_called(person.persona.name, person.spoken) if person.persona else display_name(person.user)
    return protocol.Person(user_id=person.user_id, name=name, role=person.role)


def _siblings(conversation_id: UUID, rows: list[Any], user: User) -> dict[UUID | None, list[UUID]]:
    """Alternatives by parent, for a whole page at once."""
    parents = {row.parent_id for row in rows}
    seen = Q(seen_by=None) | Q(seen_by__contains=[user.pk])
    visible = Message.objects.filter(seen, conversation=conversation_id, deleted_at=None, hidden=False).order_by("id")
    found: dict[UUID | None, list[UUID]] = defaultdict(list)
    for message_id, parent_id in visible.filter(parent__in=parents - {None}).values_list("id", "parent_id"):
        found[parent_id].append(message_id)
    if None in parents:
        found[None] = list(visible.filter(parent__isnull=True).values_list("id", flat=True))
    return found


def _shown(
    row: Any, siblings: dict[UUID | None, list[UUID]], user: User, whispered: dict[UUID, tuple[str, ...]]
) -> ShownMessage:
    # A parent whose month was dropped has no other children to show.
    beside = siblings.get(row.parent_id) or [row.id]
    if row.id not in beside:
        beside = [row.id]  # it follows something that is not shown
    return ShownMessage(
        id=row.id,
        parent_id=row.parent_id,
        role=row.role,
        author=row.speaker,
        character_id=row.character_id,
        content=text_of_message(row),
        status=row.status,
        created_at=said_at(row.id),
        siblings=beside,
        position=beside.index(row.id) + 1 if row.id in beside else 1,
        mine=row.author_id == user.pk,
        author_id=row.author_id,
        whispered=row.seen_by is not None,
        whispered_to=whispered.get(row.id, ()),
    )


def said_at(message_id: UUID) -> datetime:
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def text_of_message(row: Any) -> str:
    try:
        return cipher_for(key_id_of(row.body)).open(row.body, Place("message", row.id))
    except ContentLost:
        return ""


def _preview(message: Message | None, user: User) -> str:
    if message is None or not audience_of(message).shown_to(user.pk):
        return ""
    plain = _MARKS.sub("", text_of_message(message)[: PREVIEW_CHARACTERS * 2])
    return " ".join(plain.split())[:PREVIEW_CHARACTERS]
