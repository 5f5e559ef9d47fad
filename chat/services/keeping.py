""" "Remember this", of a line of a talk: what it says is kept for as long as it says it."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.consents.answers import agrees
from accounts.errors import Conflict, Forbidden, NotFound
from accounts.models import DataUse, User
from characters.models import CharacterVersion
from chat.models import CastMember, Conversation, Message
from chat.scene import Actor
from chat.selectors import get_conversation, said_at, shown_to, text_in
from chat.selectors.memories import met
from chat.selectors.tree import tree_for
from memory.models import Kind, Pair
from memory.policy import policy_of
from memory.selectors.known import pair_for
from memory.services.corrections import Changed, add_by_hand
from memory.services.memories import MAX_TEXT, remember_line
from memory.services.ways import way_back
from memory.told import revision_of

_MARKS = re.compile(r"[*_`#>~|]+")


@dataclass(frozen=True, slots=True)
class Kept:
    changed: Changed
    character_id: UUID


@transaction.atomic
def keep_line(*, user: User, conversation_id: UUID, message_id: UUID, text: str = "", kind: str = "") -> Kept:
    """By the character that leads the cast and heard it. `text`: the player's own words for it; else the line's.

    NotFound for a line that does not show; Conflict in a temporary talk, of which nothing is kept; Forbidden where the
    strictest of house, character and player says no.
    """
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    line = Message.objects.filter(pk=message_id, conversation=conversation).first()
    if line is None or not tree_for(user, conversation_id).shows(message_id) or not shown_to(user)(line):
        raise NotFound
    member = _who_heard(conversation, line)
    pair = _asked_pair(user, conversation, member)
    known = set(pair.memories.values_list("pk", flat=True)) if pair else set()
    kept = remember_line(
        owner=user,
        character_id=member.character_id,
        conversation_id=conversation_id,
        message_id=message_id,
        revision=revision_of(line.edited_at),
        text=text or statement_of(text_in(line.body, line.pk), line.speaker),
        said_at=said_at(line.pk),
        kind=kind or (Kind.ABOUT_PLAYER if line.author_id == user.pk else Kind.EVENT),
        seen_by=line.seen_by,
    )
    undo = "" if kept.pk in known else way_back(user, member.character_id, "add", new=kept.pk.hex)
    return Kept(Changed(kept.pk, undo), member.character_id)


@transaction.atomic
def keep_words(*, user: User, conversation_id: UUID, **words: Any) -> Kept:
    """In the player's words, of no line: by the character that leads the cast. Conflict and Forbidden as above."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    member = conversation.cast.select_related("version").order_by("position")[0]
    _asked_pair(user, conversation, member)
    return Kept(add_by_hand(user=user, character_id=member.character_id, **words), member.character_id)


def keep_by_hand(*, user: User, character_id: UUID, **words: Any) -> Changed:
    """The same, of no talk. NotFound for a character that the user never met."""
    _may_ask(user, met(user=user, character_id=character_id))
    return add_by_hand(user=user, character_id=character_id, **words)


def _asked_pair(user: User, conversation: Conversation, member: CastMember) -> Pair | None:
    """Conflict or Forbidden where nothing may be asked for."""
    if conversation.expires_at is not None:
        raise Conflict(_("Nothing is kept of a temporary talk."))
    return _may_ask(user, member.version)


def _may_ask(user: User, version: CharacterVersion) -> Pair | None:
    pair, agreed = pair_for(user=user, character_id=version.character_id), agrees(user, DataUse.MEMORY)
    policy = policy_of(pair, is_guest=user.is_guest, character=version.memory_policy, agreed=agreed)
    if not policy.asked:
        raise Forbidden(_("Nothing is remembered here: memory is off or paused."))
    return pair


def statement_of(text: str, speaker: str) -> str:
    """A line as a memory: who said it, and what, as much as a memory holds."""
    said = " ".join(_MARKS.sub("", text).split())
    head = f"{speaker}: "
    room = MAX_TEXT - len(head)
    return head + (said if len(said) <= room else f"{said[: room - 1].rstrip()}…")


def _who_heard(conversation: Conversation, line: Message) -> CastMember:
    for member in conversation.cast.select_related("version").order_by("position"):
        if line.character_id == member.character_id:
            return member
        if Actor(id=member.character_id, name="", heard_since=member.heard_since).heard(line.pk, line.heard_by):
            return member
    raise NotFound
