"""Conversations under names that programs give them."""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import cipher_of
from accounts.errors import Invalid
from accounts.models import User
from characters.models import Character
from chat.models import Conversation, SessionName, Submission
from chat.selectors import conversations_for
from chat.services.conversations import discard_conversation, start_conversation

MAX_NAME = 200


@transaction.atomic
def conversation_called(
    name: str, *, user: User, with_whom: Callable[[], Character | None]
) -> tuple[Conversation, bool]:
    """The conversation of this name, or of this id; or a new one with that character. Whether it is new.

    `with_whom` answers a character with its edition. Raises Invalid where one is needed, or is not who plays there.
    """
    digest, character = _digest(user, name), with_whom()
    found = _known(user, name, digest)
    if found is None and character is not None:
        # Two first lines at once begin one conversation.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        found = _known(user, name, digest)
    if found is not None:
        if character is not None and not found.cast.filter(character=character).exists():
            raise Invalid(_("Somebody else answers in this session."), field="character")
        return found, False
    if character is None:
        raise Invalid(_("A new session needs a character."), field="character")
    begun = start_conversation(owner=user, character=character, version=character.edition)
    # One that was thrown away lets go of its name.
    SessionName.objects.update_or_create(user=user, digest=digest, defaults={"conversation": begun})
    return begun, True


def discard_session(conversation: Conversation) -> None:
    """Undo a beginning that led to nothing; one in which something was said since stays."""
    if not Submission.objects.filter(conversation=conversation).exists():
        discard_conversation(conversation)


def _known(user: User, name: str, digest: bytes) -> Conversation | None:
    called = Q(pk__in=SessionName.objects.filter(user=user, digest=digest).values("conversation"))
    with suppress(ValueError):
        called |= Q(pk=UUID(name))
    return conversations_for(user).filter(called).first()


def _digest(user: User, name: str) -> bytes:
    return hmac.digest(cipher_of(user).derive("session names"), name.encode(), hashlib.sha256)
