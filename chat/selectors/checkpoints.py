"""The named places of a talk."""

from dataclasses import dataclass
from uuid import UUID

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from chat.models import Checkpoint, Conversation
from chat.selectors import get_conversation
from chat.selectors.tree import tree_for

NAME = "checkpoint"  # what it is sealed for


@dataclass(frozen=True, slots=True)
class NamedPlace:
    id: UUID
    message_id: UUID
    name: str


def checkpoints_of(*, user: User, conversation_id: UUID) -> list[NamedPlace]:
    """Oldest line first; those of lines that were taken out wait until these come back."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    found = named_places(conversation)
    if found:
        tree = tree_for(user, conversation.pk)
        found = [place for place in found if tree.shows(place.message_id)]
    return found


def named_places(conversation: Conversation) -> list[NamedPlace]:
    """All of them, for whoever holds the conversation and knows which lines show."""
    rows = Checkpoint.objects.filter(conversation=conversation, deleted_at=None).order_by("message_id")
    return [NamedPlace(row.pk, row.message_id, _name(conversation, row)) for row in rows]


def _name(conversation: Conversation, row: Checkpoint) -> str:
    try:
        return cipher_for(key_id_of(row.name)).open(row.name, Place(NAME, row.pk))
    except ContentLost:
        return ""
