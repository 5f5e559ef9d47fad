"""Letting go of what somebody said and was told."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.models import User
from chat.models import Conversation, Import, Message, Participant, Turn
from chat.selectors.retention import held_talks
from memory.services.forgetting import forget_talk
from voice.services.clips import forget_clips_of_talk
from voice.services.recordings import forget_recordings_of_talk

# The head of a sealed text, which says under which key it lay, is all that stays: it opens to nothing, for good.
EMPTY_LINES = """
update chat_message set speaker = '', terms = '{}', feeling = null, body = substring(body from 1 for 17)
where conversation_id = %(talk)s and author_id = %(user)s
"""
EMPTY_EARLIER_WORDS = """
update chat_revision r set terms = '{}', body = substring(r.body from 1 for 17) from chat_message m
where r.conversation_id = %(talk)s and m.conversation_id = %(talk)s and m.id = r.message_id and m.author_id = %(user)s
"""


def erase_conversations(user: User) -> None:
    """After their keys. Messages by conversation, as their table is indexed; all else follows the conversation.

    In other people's talks the lines keep their place, empty, without a name and not to be found. An import and a turn
    that are being written at this moment are waited for; after that there is none any more to be written.
    """
    Import.objects.filter(owner=user).delete()
    Turn.objects.filter(conversation__owner=user).delete()
    list(Conversation.objects.filter(owner=user).select_for_update().values_list("pk", flat=True))
    elsewhere = Participant.objects.filter(user=user).exclude(conversation__owner=user)
    with connection.cursor() as cursor:
        for conversation_id in list(elsewhere.values_list("conversation_id", flat=True)):
            for emptied in (EMPTY_EARLIER_WORDS, EMPTY_LINES):
                cursor.execute(emptied, {"talk": conversation_id, "user": user.pk})
    conversations = Conversation.objects.filter(owner=user)
    for conversation_id in list(conversations.values_list("pk", flat=True)):
        forget_talk(conversation_id)
        forget_clips_of_talk(conversation_id)
        forget_recordings_of_talk(conversation_id)
        Message.objects.filter(conversation=conversation_id).delete()
    conversations.delete()


def empty_trash(*, thrown_before: datetime, limit: int = 200) -> int:
    """Delete for good, with their keys; returns how many. Safe to run twice at once."""
    thrown = Conversation.objects.filter(deleted_at__lt=thrown_before).exclude(pk__in=held_talks(timezone.now()))
    emptied = 0
    for conversation_id in list(thrown.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            conversation = thrown.select_for_update(skip_locked=True).filter(pk=conversation_id).first()
            if conversation is None:
                continue  # taken back in the meantime
            key = conversation.key
            forget_talk(conversation_id)
            forget_clips_of_talk(conversation_id)
            forget_recordings_of_talk(conversation_id)
            Message.objects.filter(conversation=conversation_id).delete()
            conversation.delete()
            key.delete()
            ciphers.drop(key.pk)
        emptied += 1
    return emptied
