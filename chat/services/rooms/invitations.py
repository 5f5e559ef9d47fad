"""Links into a room: 128 random bits, told once and kept as a hash. Expiring, revocable, of one role."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import blocks, sanctions
from accounts.errors import Invalid, NotFound
from accounts.models import Persona, User
from accounts.selectors import default_persona, get_persona
from chat.models import Conversation, Invitation, Participant
from chat.selectors.age import fits_age
from chat.services.rooms.errors import Banned, InvitationOver, RoomFull, SomebodyBlocked
from chat.services.rooms.room import hosted, room_of

TOKEN_BYTES = 16
MOST_OPEN = 20  # links of one room that are good at the same time
HOURS = (1, 24, 24 * 7, 24 * 30)
DEFAULT_HOURS = 24 * 7


class Made(NamedTuple):
    """The only time that the token is told."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    *, user: User, conversation_id: UUID, role: str = Participant.Role.PLAYER, hours: int = DEFAULT_HOURS
) -> Made:
    """Raises Invalid for a role or a time that there is not, and when too many links are open."""
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    if role not in (Participant.Role.PLAYER, Participant.Role.SPECTATOR):
        raise Invalid(_("Players and spectators: there is no other role to give."), field="role")
    if not 1 <= hours <= HOURS[-1]:
        raise Invalid(_("A link is good for an hour to thirty days."), field="hours", limit=HOURS[-1])
    if open_invitations(conversation).count() >= MOST_OPEN:
        raise Invalid(_("Too many links are open. Withdraw one first."), limit=MOST_OPEN)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        conversation=conversation,
        digest=digest_of(token),
        role=role,
        made_by=user,
        expires_at=timezone.now() + timedelta(hours=hours),
    )
    return Made(invitation, token)


@transaction.atomic
def revoke(*, user: User, conversation_id: UUID, invitation_id: UUID) -> None:
    """Who came by it stays."""
    conversation = hosted(user, conversation_id)
    if not open_invitations(conversation).filter(pk=invitation_id).update(revoked_at=timezone.now()):
        raise NotFound


def open_invitations(conversation: Conversation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        conversation=conversation, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("pk")


def find_invitation(token: str) -> Invitation:
    """NotFound for a token that never was, InvitationOver for one that is not good any more."""
    found = Invitation.objects.select_related("conversation", "made_by__profile").filter(digest=digest_of(token))
    invitation = found.first()
    if invitation is None:
        raise NotFound
    if (
        invitation.revoked_at is not None
        or invitation.expires_at <= timezone.now()
        or invitation.conversation.deleted_at is not None
    ):
        raise InvitationOver
    return invitation


@transaction.atomic
def join_room(*, user: User, token: str, persona_id: UUID | None = None) -> Conversation:
    """Come in, or come back.

    Raises as `find_invitation`; Restricted; Banned; SomebodyBlocked; RoomFull; NotFound for somebody else's persona,
    and where the cast is not for their age.

    Who is there already keeps their role.
    """
    sanctions.forbid(user, sanctions.Kind.NO_ROOMS)
    invitation = find_invitation(token)
    if not fits_age(user, invitation.conversation_id):
        raise NotFound
    # One after the other, so that the last seat is taken once.
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=invitation.conversation_id)
    persona = get_persona(user=user, persona_id=persona_id) if persona_id else default_persona(user)
    part = Participant.objects.filter(conversation=conversation, user=user).first()
    if part is not None and part.left_at is None:
        return _plays(part, persona if persona_id else part.persona)
    if part is not None and part.departure == Participant.Departure.BANNED:
        raise Banned
    keep_apart(user, conversation)
    if Participant.objects.filter(conversation=conversation, left_at=None).count() >= settings.ROOM_SEATS:
        raise RoomFull(limit=settings.ROOM_SEATS)
    if part is None:
        part = Participant(conversation=conversation, user=user)
    part.role, part.muted, part.left_at, part.departure = invitation.role, False, None, ""
    part.joined_at = timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(uses=F("uses") + 1)
    return _plays(part, persona)


def keep_apart(user: User, conversation: Conversation) -> None:
    """Raises SomebodyBlocked, or InvitationOver where somebody there blocked them: nobody is told of that."""
    there = Participant.objects.filter(conversation=conversation, left_at=None).exclude(user=user)
    blocked, was_blocked = blocks.apart(user, there.values_list("user_id", flat=True))
    if blocked:
        raise SomebodyBlocked
    if was_blocked:
        raise InvitationOver


def _plays(part: Participant, persona: Persona | None) -> Conversation:
    part.persona = persona
    part.save()
    return part.conversation


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
