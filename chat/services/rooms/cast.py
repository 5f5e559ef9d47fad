"""The cast of a room: who is in it, on stage, and how much each has to say."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Busy, Invalid, NotFound
from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from characters.selectors import edition_of, get_character
from chat.models import CastMember, Conversation, FormerMember, Turn
from chat.selectors.age import everybody_may_meet
from chat.services.rooms.room import hosted, room_of

MOST = 20
MOST_TALKATIVE = 100


@transaction.atomic
def add_to_cast(*, user: User, conversation_id: UUID, character_id: UUID) -> CastMember:
    """It has heard nothing of what was said so far. NotFound for a character that the host may not see."""
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    try:
        character = get_character(user=user, character_id=character_id)
    except Character.DoesNotExist:
        raise NotFound from None
    if not everybody_may_meet(conversation.pk, character):
        raise Invalid(
            _("Somebody here has not said to be an adult: this character stays outside."), field="character_id"
        )
    cast = CastMember.objects.filter(conversation=conversation)
    if cast.count() >= MOST:
        raise Invalid(_("The stage is full."), field="character_id", limit=MOST)
    FormerMember.objects.filter(conversation=conversation, character=character).delete()
    member, _made = CastMember.objects.get_or_create(
        conversation=conversation,
        character=character,
        defaults={
            "version": edition_of(character),
            "position": max(cast.values_list("position", flat=True), default=-1) + 1,
            # A line that is stored in this very millisecond is later: it waits for the lock.
            "heard_since": uuid7() if conversation.head_id else None,
        },
    )
    return member


@transaction.atomic
def remove_from_cast(*, user: User, conversation_id: UUID, character_id: UUID) -> None:
    """What it said stays, with name and face. Invalid for the last one: a room without a character is none. Busy while
    it speaks.
    """
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    cast = list(CastMember.objects.filter(conversation=conversation).select_related("character", "version"))
    gone = _member(cast, character_id)
    if len(cast) == 1:
        raise Invalid(_("The last character stays."), field="character_id")
    if _speaks(conversation, character_id):
        raise Busy
    FormerMember.objects.create(conversation=conversation, character=gone.character, version=gone.version)
    gone.delete()
    for position, member in enumerate(each for each in cast if each is not gone):
        CastMember.objects.filter(pk=member.pk).update(position=position)


@transaction.atomic
def direct_cast(*, user: User, conversation_id: UUID, character_id: UUID, **direction: Any) -> CastMember:
    """`talkativeness` (0 to 100), `muted`, `on_stage`: any of them. What it has begun to say it says."""
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    member = _member(CastMember.objects.filter(conversation=conversation), character_id)
    talkativeness = direction.get("talkativeness", member.talkativeness)
    if not 0 <= talkativeness <= MOST_TALKATIVE:
        raise Invalid(_("This goes from 0 to 100."), field="talkativeness", limit=MOST_TALKATIVE)
    member.talkativeness = talkativeness
    member.muted = bool(direction.get("muted", member.muted))
    member.on_stage = bool(direction.get("on_stage", member.on_stage))
    member.save(update_fields=["talkativeness", "muted", "on_stage"])
    return member


def _member(cast: Any, character_id: UUID) -> CastMember:
    for member in cast:
        if member.character_id == character_id:
            return member
    raise NotFound


def _speaks(conversation: Conversation, character_id: UUID) -> bool:
    return Turn.objects.filter(
        conversation=conversation, status=Turn.Status.RUNNING, character_id=character_id
    ).exists()
