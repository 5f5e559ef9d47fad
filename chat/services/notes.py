"""Writing the author's note of a talk."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_for
from accounts.errors import Invalid
from accounts.models import User
from chat.models.conversation import Voice
from chat.prompts import Note
from chat.selectors.notes import NOTE
from chat.services.branches import locked_talk
from chat.services.by_hand import judged_by_hand
from chat.texts import check_text

MAX_NOTE = 4_000
MOST_DEEP = 20
MOST_APART = 20


@transaction.atomic
def write_note(*, user: User, conversation_id: UUID, note: Note) -> Note:
    """From the next reply on; empty, there is none. Raises Invalid, with the field and its limit, or NotFound."""
    text = check_text(note.text.strip(), field="text", limit=MAX_NOTE)
    if not 0 <= note.depth <= MOST_DEEP:
        raise Invalid(_("This lies between 0 and 20."), field="depth", limit=MOST_DEEP)
    if not 1 <= note.every <= MOST_APART:
        raise Invalid(_("This lies between 1 and 20."), field="every", limit=MOST_APART)
    if note.role not in Voice.values:
        raise Invalid(field="role")
    conversation = locked_talk(user, conversation_id)
    text = judged_by_hand(user, conversation, text, field="text")
    conversation.note = cipher_for(conversation.key_id).seal(text, Place(NOTE, conversation.pk)) if text else b""
    conversation.note_depth, conversation.note_role, conversation.note_every = note.depth, note.role, note.every
    conversation.save(update_fields=["note", "note_depth", "note_role", "note_every"])
    return Note(text, note.depth, note.role, note.every)
