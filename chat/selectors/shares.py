"""Shared branches: what a reader with the link sees, and the links somebody has given out."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.age import AgeNeeded, Viewer, may_say
from accounts.encryption import key_id_of
from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import UNNAMED
from characters.models import CharacterVersion, Visibility
from characters.selectors import characters_for
from chat.ciphers import load_keys
from chat.markdown import render
from chat.models import Message, Share
from chat.selectors import cast_version, text_of_message, title_of
from chat.selectors.age import fits_age

A_PAGE = 100

# Up from a line to the root, whatever became of what is on the way.
PATH = """
with recursive up as (
    select id, parent_id, hidden or seen_by is not null as kept_back, deleted_at is not null as gone, 1 as depth
    from chat_message
    where id = %(leaf)s and conversation_id = %(conversation)s
    union all
    select m.id, m.parent_id, m.hidden or m.seen_by is not null, m.deleted_at is not null, u.depth + 1
    from up u join chat_message m on m.id = u.parent_id
) select id, kept_back, gone from up order by depth desc
"""


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A line for readers: a number instead of its id, which would tell when it was said."""

    id: int
    role: str
    author: str
    content: str
    status: str
    faceless: bool

    @property
    def html(self) -> SafeString:
        return render(self.content)


@dataclass(frozen=True, slots=True)
class Shared:
    """A page of a shared branch. `version` lends its language, and its portrait where it is public (`faced`)."""

    version: CharacterVersion
    faced: bool
    lines: list[SharedLine]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link that somebody has given out, as they see it: its secret is nowhere."""

    id: UUID
    conversation_id: UUID
    title: str
    named: bool
    created_at: datetime
    expires_at: datetime | None


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def shared_by(token: str, *, viewer: Viewer, page: int = 1) -> Shared:
    """NotFound for a link that never was, is over or was revoked, and while the talk is in the trash.

    Also for a talk that is not for the viewer's age; AgeNeeded where they may still say it.
    """
    share = (
        _live(Share.objects.filter(token_hash=hash_of(token), owner__is_active=True))
        .select_related("conversation")
        .first()
    )
    if share is None:
        raise NotFound
    ids = _path(share)
    if not ids:
        raise NotFound
    if not fits_age(viewer, share.conversation_id):
        raise AgeNeeded if may_say(viewer) else NotFound
    pages = -(-len(ids) // A_PAGE)
    page = min(max(1, page), pages)
    start = (page - 1) * A_PAGE
    version = cast_version(share.conversation)
    public = characters_for(AnonymousUser()).filter(pk=version.character_id, visibility=Visibility.PUBLIC).exists()
    lines = _lines(share, ids, start, face=version.character_id if public else None)
    return Shared(version, public, lines, page, pages)


def links_of(user: User, *, conversation_id: UUID | None = None) -> list[Link]:
    """Those that still lead somewhere, the newest first."""
    found = _live(Share.objects.filter(owner=user))
    if conversation_id is not None:
        found = found.filter(conversation=conversation_id)
    rows = list(found.select_related("conversation").prefetch_related("conversation__cast__version").order_by("-pk"))
    load_keys(row.conversation.key_id for row in rows if row.conversation.title)
    return [
        Link(
            id=row.pk,
            conversation_id=row.conversation_id,
            title=title_of(row.conversation) or row.conversation.cast.all()[0].version.name,
            named=row.named,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def _live(shares: QuerySet[Share]) -> QuerySet[Share]:
    """Not over, and of whom the talk still belongs to."""
    mine = shares.filter(conversation__owner=F("owner"), conversation__deleted_at=None)
    return mine.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


def _path(share: Share) -> list[UUID]:
    """Root first, without whispers, as far as nothing was deleted since: that takes what follows it along."""
    with connection.cursor() as cursor:
        cursor.execute(PATH, {"leaf": share.leaf_id, "conversation": share.conversation_id})
        ids = []
        for message_id, kept_back, gone in cursor.fetchall():
            if gone:
                break
            if not kept_back:
                ids.append(message_id)
        return ids


def _lines(share: Share, ids: list[UUID], start: int, *, face: UUID | None) -> list[SharedLine]:
    """`face` is the character whose portrait may be shown."""
    wanted = ids[start : start + A_PAGE]
    rows = Message.objects.defer("terms").in_bulk(wanted)
    load_keys(key_id_of(row.body) for row in rows.values())
    numbers = _players(share, ids)
    return [
        SharedLine(
            id=start + number,
            role=rows[each].role,
            author=_called(share, rows[each], numbers),
            content=text_of_message(rows[each]),
            status=rows[each].status,
            faceless=face is None or rows[each].character_id != face,
        )
        for number, each in enumerate(wanted, 1)
        if each in rows
    ]


def _players(share: Share, ids: list[UUID]) -> dict[UUID | None, int]:
    """The others who speak, numbered from 2 in the order in which they first do."""
    spoken = Message.objects.filter(pk__in=ids, role=Message.Role.PLAYER).exclude(author=share.owner_id)
    authors = dict.fromkeys(spoken.order_by("pk").values_list("author", flat=True))
    return {author: number for number, author in enumerate(authors, 2)}


def _called(share: Share, row: Message, numbers: dict[UUID | None, int]) -> str:
    """Nobody is named but characters; and the owner's part, if they want that."""
    if row.role == Message.Role.CHARACTER:
        return row.speaker
    if row.author_id != share.owner_id:
        return gettext("Player %(number)d") % {"number": numbers[row.author_id]}
    return row.speaker if share.named and row.speaker not in UNNAMED.values() else gettext("Player")
