"""Talks that leave nothing: ended, or left alone for an hour, they are gone with their key."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import ciphers
from accounts.errors import Conflict
from accounts.models import User
from characters.services import count_start
from chat.database import cursor
from chat.live import stream
from chat.models import Conversation, Message, Turn
from chat.selectors.retention import held_talks
from chat.services.branches import locked_talk
from chat.services.conversations import owned

# Of those that somebody has open: they last for as long as that, and a little longer.
STILL_OPEN = """
update chat_conversation set expires_at = %s where id = any(%s) and expires_at is not null and deleted_at is null
"""


def expiry() -> datetime:
    return timezone.now() + timedelta(seconds=settings.TEMPORARY_SECONDS)


@transaction.atomic
def keep_conversation(*, user: User, conversation_id: UUID) -> None:
    """From now on it is a talk as any other. Of one that is kept already, nothing."""
    conversation = locked_talk(user, conversation_id)
    if conversation.expires_at is None:
        return
    conversation.expires_at = None
    conversation.save(update_fields=["expires_at"])
    for character_id in conversation.cast.values_list("character", flat=True):
        count_start(character_id)


def require_temporary(*, user: User, conversation_id: UUID) -> Conversation:
    """The owner's. Conflict for a talk that is kept: that one goes to the trash."""
    conversation = owned(user, conversation_id)
    if conversation.expires_at is None:
        raise Conflict(_("This talk is kept. Move it to the trash instead."))
    return conversation


def end_conversation(*, user: User, conversation_id: UUID) -> None:
    """Gone at once and for good. Raises as above."""
    _forget(require_temporary(user=user, conversation_id=conversation_id).pk)


def forget_expired(*, limit: int = 200) -> int:
    """Those that nobody had open for long enough; returns how many. Safe to run twice at once."""
    now = timezone.now()
    expired = Conversation.objects.filter(expires_at__lt=now).exclude(pk__in=held_talks(now)).order_by("expires_at")
    return sum(_forget(each, only_expired=True) for each in list(expired.values_list("pk", flat=True)[:limit]))


async def stay_open(conversation_ids: Collection[UUID]) -> None:
    """Somebody has these open, whatever they are."""
    if conversation_ids:
        async with cursor() as opened:
            await opened.execute(STILL_OPEN, [expiry(), list(conversation_ids)])


@transaction.atomic
def _forget(conversation_id: UUID, *, only_expired: bool = False) -> bool:
    turns = Turn.objects.filter(conversation=conversation_id)
    turn_ids = list(turns.values_list("pk", flat=True))
    found = Conversation.objects.filter(pk=conversation_id, expires_at__isnull=False)
    if only_expired:
        found = found.filter(expires_at__lt=timezone.now())
    if not found.exists():
        return False
    # Turns first: one that is being settled is waited for, and none is settled any more once they are gone.
    turns.delete()
    conversation = found.select_for_update().first()
    if conversation is None:
        transaction.set_rollback(True)  # kept, or opened again, in this very moment
        return False
    key = conversation.key
    Message.objects.filter(conversation=conversation_id).delete()
    conversation.delete()
    key.delete()
    ciphers.drop(key.pk)
    transaction.on_commit(lambda: async_to_sync(stream.forget)(turn_ids))
    return True
