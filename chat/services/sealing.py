"""Sealed talks: the talk's key is locked by a passphrase, and open only in a process that holds a socket of it.

What is derived from the passphrase lives in that process's memory, never in Redis or the database, and goes with the
last socket of the talk there. Another process asks again.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import ciphers, key_id_of, lock_key, unlock_key
from accounts.errors import Conflict, Forbidden, NotFound, Sealed
from accounts.limits import Bucket, acharge
from accounts.models import DataKey, User
from accounts.passphrases import check_passphrase
from chat import protocol
from chat.database import in_thread
from chat.live.node import node
from chat.models import Conversation, Message, Revision, Room
from chat.services.branches import locked_talk
from chat.services.turns.errors import NothingRuns
from chat.services.turns.stop import stop_turn

TRIES, PER_MINUTE = 10, 0.2  # of one talk: ten at once, then one in five minutes
# Each try takes 64 MB for a fifth of a second: one at a time in a process.
_trying = asyncio.Semaphore(1)


@transaction.atomic
def seal_talk(*, user: User, conversation_id: UUID, passphrase: str) -> None:
    """Before anything was said in it: what has been said lies in indexes, memories and backups already.

    Raises Invalid, Conflict; Forbidden for a guest, who has no way to be asked again.
    """
    passphrase = check_passphrase(passphrase)
    conversation = locked_talk(user, conversation_id)
    if user.is_guest:
        raise Forbidden(_("Create an account first."))
    if conversation.sealed_at is not None:
        raise Conflict(_("This talk is sealed already."))
    if conversation.expires_at is not None:
        raise Conflict(_("A temporary talk is gone soon. Keep it first."))
    if Room.objects.filter(conversation=conversation).exists():
        raise Conflict(_("A room cannot be sealed: its passphrase is one person's."))
    if Message.objects.filter(conversation=conversation, role=Message.Role.PLAYER).exists():
        raise Conflict(_("Something was said already. Begin another talk, and seal it before the first line."))
    bodies = Message.objects.filter(conversation=conversation).values_list("body", flat=True)
    if any(key_id_of(body) != conversation.key_id for body in bodies):
        raise Conflict(_("This talk is too old to be sealed. Begin another one."))
    lock_key(conversation.key, passphrase)
    Message.objects.filter(conversation=conversation).update(terms=[])
    Revision.objects.filter(conversation=conversation).update(terms=[])
    conversation.sealed_at, conversation.remember_at = timezone.now(), None
    conversation.save(update_fields=["sealed_at", "remember_at"])


def is_locked(conversation: Conversation) -> bool:
    """Whether nobody holds its key in this process."""
    return conversation.sealed_at is not None and ciphers.cached(conversation.key_id) is None


def require_open(conversation: Conversation) -> None:
    if is_locked(conversation):
        raise Sealed


async def open_sealed(
    *, user_id: UUID, conversation_id: UUID, passphrase: str, holder: object, here: Callable[[], bool]
) -> None:
    """Hold its key for as long as this holder stays, if it is still `here` by then.

    Raises NotFound where nothing is sealed, WrongPassphrase, RateLimited; Unavailable without Redis, which counts.
    """
    key = await _key_of(user_id, conversation_id)
    await acharge([Bucket("unlock", conversation_id.hex, PER_MINUTE, TRIES)], closed=True)
    async with _trying:
        cipher = await asyncio.to_thread(unlock_key, key, passphrase)
    if here():
        ciphers.hold(cipher, holder)


async def lock_now(*, user_id: UUID, conversation_id: UUID) -> None:
    """In every process and every window of it. A reply that is being written is stopped; what was said is kept."""
    key = await _key_of(user_id, conversation_id)
    with suppress(NothingRuns):
        await stop_turn(user_id=user_id, conversation_id=conversation_id)
    forget_here(conversation_id, key.pk)
    node().hint(conversation_id, kind="lock", key=key.pk.hex)


def forget_here(conversation_id: UUID, key_id: UUID) -> None:
    ciphers.drop(key_id)
    node().tell(conversation_id, protocol.encode(protocol.Locked()))


@in_thread
def _key_of(user_id: UUID, conversation_id: UUID) -> DataKey:
    sealed = Conversation.objects.filter(pk=conversation_id, owner=user_id, deleted_at=None, sealed_at__isnull=False)
    conversation = sealed.select_related("key").first()
    if conversation is None:
        raise NotFound
    return conversation.key
