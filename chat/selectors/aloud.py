"""How the characters of a talk sound, and whether what is said aloud in it may be kept."""

from functools import partial
from uuid import UUID

from accounts.errors import NotFound
from accounts.models import User
from chat.models import CastMember, Conversation, FormerMember, Message
from chat.selectors import line_for, text_in
from voice.services.clips import Said
from voice.services.playing import Line
from voice.speaking.voices import Voice


def voice_in(conversation_id: UUID, character_id: UUID | None) -> Voice:
    """Of a character as it plays here, or did before it left."""
    for cast in (CastMember, FormerMember):
        versions = cast._default_manager.filter(conversation=conversation_id, character=character_id)
        presentation = versions.values_list("version__presentation", flat=True).first()
        if presentation is not None:
            return Voice.of(presentation)
    return Voice()


def is_kept(conversation_id: UUID, *, lock: bool = False) -> bool:
    """Nothing of a sealed or a temporary talk lies anywhere else. `lock`: it stays so to the end of the transaction."""
    talks = Conversation.objects.filter(pk=conversation_id, sealed_at=None, expires_at=None, deleted_at=None)
    return (talks.select_for_update(no_key=True) if lock else talks).exists()


def line_to_say(*, user: User, conversation_id: UUID, message_id: UUID, directions: bool) -> Line:
    """What a character said, as this person sees it. NotFound for what they may not see, and for what players say."""
    message = line_for(user=user, conversation_id=conversation_id, message_id=message_id)
    text = text_in(message.body, message.pk)
    if message.role != Message.Role.CHARACTER or not text:
        raise NotFound
    voice = voice_in(conversation_id, message.character_id)
    return Line(
        Said(text, voice, directions),
        character_id=message.character_id,
        conversation_id=conversation_id,
        message_id=message.pk,
        keeps=is_kept(conversation_id),
        still=partial(is_kept, conversation_id, lock=True),
    )
