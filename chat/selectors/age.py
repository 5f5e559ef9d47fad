"""Which talks are for whom: who has not said to be an adult finds none with a character that is for adults."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.age import Viewer, is_adult, may_say
from accounts.models import User
from characters.models import Character
from characters.selectors.age import suits
from chat.models import CastMember, Participant


def within_age(user: User, talk: str = "pk") -> Q:
    """A condition on whatever names a talk by `talk`."""
    if is_adult(user):
        return Q()
    return Q(~Exists(CastMember.objects.filter(beyond(user), conversation=OuterRef(talk))))


def beyond(viewer: Viewer) -> Q:
    """A condition on members of a cast: not for this viewer's age."""
    return ~Q(character__in=Character.objects.filter(suits(viewer)))


def fits_age(user: Viewer, conversation_id: UUID) -> bool:
    """One talk. Nothing is asked for an adult."""
    return is_adult(user) or not CastMember.objects.filter(beyond(user), conversation=conversation_id).exists()


def waits_for_age(user: User, **talk: Any) -> bool:
    """Whether talks of this person are behind the curtain until they say how old they are."""
    if not may_say(user):
        return False
    theirs = Participant.objects.filter(user=user, left_at=None, conversation__deleted_at=None, **talk)
    return theirs.filter(
        Exists(CastMember.objects.filter(beyond(user), conversation=OuterRef("conversation")))
    ).exists()


def everybody_may_meet(conversation_id: UUID, character: Character) -> bool:
    """Whether a character is for the age of all who are in a room."""
    there = Participant.objects.filter(conversation=conversation_id, left_at=None).select_related("user")
    return all(
        Character.objects.filter(suits(part.user), pk=character.pk).exists()
        for part in there
        if not is_adult(part.user)
    )
