"""The author's note of a talk."""

from uuid import UUID

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from chat.models import Conversation
from chat.prompts import Note
from chat.selectors import get_conversation

NOTE = "note"  # what it is sealed for


def note_of(*, user: User, conversation_id: UUID) -> Note:
    """The owner's alone: in a room nobody else knows what the host directs."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    if conversation.owner_id != user.pk:
        raise NotFound
    return open_note(conversation)


def open_note(conversation: Conversation) -> Note:
    """For whoever holds the conversation already. Its text is empty where none was written."""
    text = ""
    if conversation.note:
        try:
            text = cipher_for(key_id_of(conversation.note)).open(conversation.note, Place(NOTE, conversation.pk))
        except ContentLost:
            pass
    return Note(text, conversation.note_depth, conversation.note_role, conversation.note_every)  # type: ignore[arg-type]
