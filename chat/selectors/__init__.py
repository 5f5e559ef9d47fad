"""Every read of conversations; the tree of one is read in tree.py, what stands behind a line in lines.py, what is found
by searching in search.py, one line among its neighbours in reading.py.

Each takes the viewer; a stranger's conversation and a missing one look alike.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.blocks import unwanted_lines
from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.limits import Pace, pace_of
from accounts.models import User
from accounts.selectors import display_name, persona_called
from characters.models import CharacterVersion
from chat import protocol
from chat.ciphers import load_keys
from chat.database import in_thread
from chat.markdown import render
from chat.models import CastMember, Conversation, FormerMember, Message, Participant
from chat.scene import Audience, audience_of
from chat.selectors.age import fits_age, within_age
from chat.selectors.rooms import people_in_room, shown_head, whispered_to, whispers
from chat.window import read_branch_sync

PAGE_MESSAGES = 40
MOST_MESSAGES = 400
PREVIEW_CHARACTERS = 90
_MARKS = re.compile(r"[*_`#>~|]+")

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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a socket is told when it connects."""

    head_id: UUID | None
    participants: list[protocol.Person]
    pace: Pace
    language: str
    key_id: UUID
    is_room: bool = False
    sealed: bool = False


def conversations_for(user: User) -> QuerySet[Conversation]:
    """Those the user takes part in and that are not in the trash, newest activity first; temporary ones too.

    None that is not for their age: that one is as if it were not there.
    """
    theirs = Conversation.objects.filter(participants__user=user, participants__left_at=None, deleted_at=None)
    return theirs.filter(within_age(user)).order_by("-updated_at")


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


def versions_in_talks(user: User) -> QuerySet[CharacterVersion]:
    """Versions that the user plays or played with; their portraits stay visible when the character goes private."""
    here = {"conversation__participants__user": user}
    playing = CastMember.objects.filter(**here).values("version")
    return CharacterVersion.objects.filter(
        Q(pk__in=playing) | Q(pk__in=FormerMember.objects.filter(**here).values("version"))
    )


def talks_for(user: User, *, limit: int = 100) -> list[Talk]:
    """The list beside the page, with the last line of each: pinned ones first, none from the archive, none temporary.

    Four queries, whatever the number.
    """
    shown = Conversation.objects.filter(
        within_age(user), participants__user=user, participants__left_at=None, participants__archived_at=None,
        deleted_at=None, expires_at=None,
    )  # fmt: skip
    return listed(shown.order_by(F("participants__pinned_at").desc(nulls_last=True), "-updated_at")[:limit], user)


def trashed_for(user: User, *, limit: int = 100) -> list[Talk]:
    """What the owner threw away and may still take back, last thrown first. As many queries."""
    thrown = Conversation.objects.filter(within_age(user), owner=user, deleted_at__isnull=False, expires_at=None)
    return listed(thrown.order_by("-deleted_at")[:limit], user)


def listed(found: QuerySet[Conversation], user: User) -> list[Talk]:
    conversations = list(found.prefetch_related("cast__version"))
    heads = Message.objects.filter(pk__in=[c.head_id for c in conversations if c.head_id])
    lines = {message.pk: message for message in heads}
    load_keys({c.key_id for c in conversations} | {key_id_of(m.body) for m in lines.values()})
    others = any(message.author_id not in (None, user.pk) for message in lines.values())
    folded = unwanted_lines(user) if others else set()
    return [
        Talk(
            id=conversation.pk,
            owner_id=conversation.owner_id,
            title=title_of(conversation) or conversation.cast.all()[0].version.name,
            version=conversation.cast.all()[0].version,
            preview=_last_line(lines.get(conversation.head_id) if conversation.head_id else None, user, folded)
            or (gettext("Sealed") if conversation.sealed_at else ""),
            updated_at=conversation.updated_at,
            deleted_at=conversation.deleted_at,
        )
        for conversation in conversations
    ]


def _last_line(message: Message | None, user: User, folded: Collection[UUID]) -> str:
    if message is not None and message.author_id in folded:
        return gettext("A line of somebody whom you blocked")
    return preview_of(message, user)


def title_of(conversation: Conversation) -> str:
    """The title somebody gave; empty where nobody did."""
    if not conversation.title:
        return ""
    try:
        return cipher_for(key_id_of(conversation.title)).open(conversation.title, Place("title", conversation.pk))
    except ContentLost:
        return ""


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
    message = Message.objects.filter(pk=message_id, conversation=conversation_id, deleted_at=None, hidden=False).first()
    if message is None:
        return None
    siblings = lines_below(conversation_id, [message.parent_id], seen_by=message.seen_by)[message.parent_id]
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
        muted=message.muted,
        edited=message.edited_at is not None,
    )
    return body, audience


@in_thread
def conversation_for_socket(*, user_id: UUID, conversation_id: UUID) -> Snapshot:
    """NotFound for strangers. Two queries; in a room one more, for where the branch ends for this person."""
    people = list(
        Participant.objects.filter(conversation=conversation_id, left_at=None, conversation__deleted_at=None)
        .select_related(
            "conversation__room", "persona", "user__plan", "user__profile", "user__membership__organisation"
        )
        .annotate(
            spoken=Subquery(
                CastMember.objects.filter(conversation=OuterRef("conversation")).values("version__language")[:1]
            )
        )
    )
    mine = next((person for person in people if person.user_id == user_id), None)
    if mine is None or not fits_age(mine.user, conversation_id):
        raise NotFound
    is_room = hasattr(mine.conversation, "room")
    return Snapshot(
        head_id=shown_head(mine.user, mine.conversation.head_id) if is_room else mine.conversation.head_id,
        participants=people_in_room(people, mine.spoken) if is_room else [_person(person) for person in people],
        pace=pace_of(mine.user),
        language=mine.user.language,
        is_room=is_room,
        sealed=mine.conversation.sealed_at is not None,
        key_id=mine.conversation.key_id,
    )


def _person(person: Any) -> protocol.Person:
    name = persona_called(person.persona.name, person.spoken) if person.persona else display_name(person.user)
    return protocol.Person(user_id=person.user_id, name=name, role=person.role)


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


def said_at(message_id: UUID) -> datetime:
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def text_of_message(row: Any) -> str:
    return text_in(row.body, row.id)


def text_in(body: bytes | memoryview, message_id: UUID) -> str:
    """What a line says, or said; empty where that can no longer be read."""
    try:
        return cipher_for(key_id_of(body)).open(body, Place("message", message_id))
    except ContentLost:
        return ""


def preview_of(message: Message | None, user: User) -> str:
    """How a line begins; empty where the user may not see it."""
    if message is None or not audience_of(message).shown_to(user.pk):
        return ""
    plain = _MARKS.sub("", text_of_message(message)[: PREVIEW_CHARACTERS * 2])
    return " ".join(plain.split())[:PREVIEW_CHARACTERS]
