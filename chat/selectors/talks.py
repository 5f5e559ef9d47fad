"""Talks: which somebody may open, who is in their cast, and how they are listed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accounts.blocks import unwanted_lines
from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from characters.models import CharacterVersion
from chat.ciphers import load_keys
from chat.models import CastMember, Conversation, FormerMember, Message
from chat.selectors.age import within_age
from chat.selectors.words import preview_of


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
