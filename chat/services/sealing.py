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

from accounts.encryption import Cipher, Place, ciphers, destroy_key, key_id_of, locked_key, unlock_key
from accounts.errors import Busy, Conflict, Forbidden, NotFound, Sealed
from accounts.limits import Bucket, acharge
from accounts.models import DataKey, User
from accounts.passphrases import check_passphrase
from chat import protocol
from chat.database import in_thread
from chat.live.node import node
from chat.models import Conversation, Feedback, Message, Revision, Room, Turn
from chat.selectors.plays import FEEDBACK
from chat.services.branches import count_change, locked_talk
from chat.services.exchange import anew, reseal_beside
from chat.services.turns.errors import NothingRuns
from chat.services.turns.stop import stop_turn
from voice.services.clips import forget_clips_of_talk
from voice.services.recordings import forget_recordings_of_talk

TRIES, PER_MINUTE = 10, 0.2  # of one talk: ten at once, then one in five minutes
# Each try takes 64 MB for a fifth of a second: one at a time in a process.
_trying = asyncio.Semaphore(1)


def seal_talk(*, user: User, conversation_id: UUID, passphrase: str) -> None:
    """Before anything was said in it: what has been said lies in indexes, memories and backups already.

    It gets a new key, and the one that it had is destroyed: backups of the keys hold that unlocked. Raises Invalid,
    Conflict, Busy; Forbidden for a guest, who has no way to be asked again.
    """
    passphrase = check_passphrase(passphrase)
    with transaction.atomic():
        _to_seal(user, conversation_id)
    key, cipher = locked_key(user.pk, passphrase)  # nobody waits for the talk meanwhile
    with transaction.atomic():
        conversation = _to_seal(user, conversation_id)
        before, conversation.key = conversation.key, key
        key.save(force_insert=True)
        forget_clips_of_talk(conversation.pk)
        forget_recordings_of_talk(conversation.pk)
        reseal_beside(conversation, cipher)
        _reseal_lines(conversation, cipher)
        destroy_key(before)
        conversation.sealed_at, conversation.remember_at = timezone.now(), None
        conversation.save(update_fields=["sealed_at", "remember_at"])
        count_change(conversation)


def _to_seal(user: User, conversation_id: UUID) -> Conversation:
    """Locked, with nothing that stands against it."""
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
    if any(body and key_id_of(body) != conversation.key_id for body in bodies):
        raise Conflict(_("This talk is too old to be sealed. Begin another one."))
    # Whoever writes a reply, or exchanges the key, has the one from before.
    running = Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).exists()
    keys = DataKey.objects.select_for_update(skip_locked=True, no_key=True)
    if running or not keys.filter(pk=conversation.key_id).exists():
        raise Busy
    return conversation


def _reseal_lines(conversation: Conversation, cipher: Cipher) -> None:
    """What was there before the first line of the player: greetings, other takes of them, what was asked of those."""
    for line in Message.objects.filter(conversation=conversation):
        line.body, line.terms, line.feeling = anew(line.body, Place("message", line.pk), cipher), [], None
        line.save(update_fields=["body", "terms", "feeling"])
    for behind in Revision.objects.filter(conversation=conversation):
        behind.body, behind.terms = anew(behind.body, Place("message", behind.message_id), cipher), []
        behind.save(update_fields=["body", "terms"])
    for turn in Turn.objects.filter(conversation=conversation):
        turn.hint = anew(turn.hint, Place("hint", turn.pk), cipher)
        turn.save(update_fields=["hint"])
    for told in Feedback.objects.filter(play__conversation=conversation):
        told.body = anew(told.body, Place(FEEDBACK, told.pk), cipher)
        told.save(update_fields=["body"])


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
