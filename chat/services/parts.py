"""Whom somebody plays: in one talk, and in every new one with a character."""

from uuid import UUID

from django.db import transaction

from accounts.errors import NotFound
from accounts.models import Persona, User
from accounts.selectors import get_persona
from characters.models import Character
from chat.models import CastMember, Participant, UsualPart
from chat.selectors import conversations_for


@transaction.atomic
def play_as(*, user: User, conversation_id: UUID, persona_id: UUID, always: bool | None = None) -> Persona:
    """From the next line on; what was said keeps the name it was said under. `always` says whether every new talk with
    its first character begins so, too; None leaves that as it was.

    NotFound for somebody else's persona, and in a talk that the user does not play in.
    """
    persona = get_persona(user=user, persona_id=persona_id)
    parts = Participant.objects.filter(conversation__in=conversations_for(user).filter(pk=conversation_id), user=user)
    if not parts.exclude(role=Participant.Role.SPECTATOR).update(persona=persona):
        raise NotFound
    first = CastMember.objects.filter(conversation=conversation_id).first()
    if always is None or first is None:
        return persona
    if always:
        UsualPart.objects.update_or_create(user=user, character_id=first.character_id, defaults={"persona": persona})
    else:
        UsualPart.objects.filter(user=user, character=first.character_id).delete()
    return persona


def usual_part(user: User, character: Character) -> Persona | None:
    """None where they begin as ever."""
    part = UsualPart.objects.filter(user=user, character=character).select_related("persona").first()
    return part.persona if part else None
