"""The people of a room: what they may do, and how they leave."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Invitation, Participant
from chat.selectors import get_conversation
from chat.services.rooms.room import hosted, room_of

Departure, Role = Participant.Departure, Participant.Role


@transaction.atomic
def change_role(*, user: User, conversation_id: UUID, person_id: UUID, role: str) -> None:
    """Player or spectator; a host is made by handing over."""
    if role not in (Role.PLAYER, Role.SPECTATOR):
        raise Invalid(_("Players and spectators: there is no other role to give."), field="role")
    _change(user, conversation_id, person_id, role=role)


def mute_person(*, user: User, conversation_id: UUID, person_id: UUID, muted: bool) -> None:
    with transaction.atomic():
        _change(user, conversation_id, person_id, muted=muted)


@transaction.atomic
def remove_person(*, user: User, conversation_id: UUID, person_id: UUID, ban: bool = False) -> None:
    """Out of the room. Banned, they do not come back by any link; else by one that is good."""
    departure = Departure.BANNED if ban else Departure.REMOVED
    _change(user, conversation_id, person_id, left_at=timezone.now(), departure=departure)


@transaction.atomic
def lift_ban(*, user: User, conversation_id: UUID, person_id: UUID) -> None:
    """They may come back by a link."""
    conversation = hosted(user, conversation_id)
    banned = Participant.objects.filter(conversation=conversation, user=person_id, departure=Departure.BANNED)
    if not banned.update(departure=Departure.REMOVED):
        raise NotFound


@transaction.atomic
def leave_room(*, user: User, conversation_id: UUID) -> None:
    """What they said stays. The host hands over, or ends the room."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    room_of(conversation)
    if conversation.owner_id == user.pk:
        raise Invalid(_("The host hands the room over, or ends it."))
    part = Participant.objects.filter(conversation=conversation, user=user)
    part.update(left_at=timezone.now(), departure=Departure.LEFT)


@transaction.atomic
def end_room(*, user: User, conversation_id: UUID, at: datetime | None = None) -> list[UUID]:
    """Everybody else is out and no link is good any more; the talk stays the host's. Returns who had to go.

    `at`: by which `open_again` knows them.
    """
    at = at or timezone.now()
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    others = Participant.objects.filter(conversation=conversation, left_at=None).exclude(user=user)
    gone = list(others.values_list("user_id", flat=True))
    others.update(left_at=at, departure=Departure.ENDED)
    Invitation.objects.filter(conversation=conversation, revoked_at=None).update(revoked_at=at)
    return gone


@transaction.atomic
def open_again(*, conversation_id: UUID, at: datetime) -> int:
    """As if it had not been ended at that moment; returns how many are back. Who is not here any more stays away."""
    there = Conversation.objects.filter(pk=conversation_id, deleted_at=None).select_for_update(of=("self",)).first()
    if there is None:
        return 0
    Invitation.objects.filter(conversation=there, revoked_at=at).update(revoked_at=None)
    gone = Participant.objects.filter(conversation=there, left_at=at, departure=Departure.ENDED)
    return gone.filter(user__is_active=True).update(left_at=None, departure="")


def departure_of(*, user: User, conversation_id: UUID) -> str:
    """How somebody left; empty for who never was there, or is."""
    left = Participant.objects.filter(conversation=conversation_id, user=user, left_at__isnull=False)
    return left.values_list("departure", flat=True).first() or ""


def _change(user: User, conversation_id: UUID, person_id: UUID, **fields: object) -> Conversation:
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    others = Participant.objects.filter(conversation=conversation, user=person_id, left_at=None).exclude(user=user)
    if not others.update(**fields):
        raise NotFound
    return conversation
