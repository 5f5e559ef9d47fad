"""Giving a place in a talk a name, and taking the name away again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_for
from accounts.errors import Invalid, NotFound
from accounts.models import User
from chat.models import Checkpoint, Conversation
from chat.selectors.checkpoints import NAME
from chat.selectors.retention import held_talks
from chat.selectors.tree import tree_of
from chat.services.branches import gone_on, line_of, locked_talk, no_way_back, way_back
from chat.services.by_hand import judged_by_hand
from chat.texts import check_text

MAX_NAME = 80
MOST = 200  # of one talk


@transaction.atomic
def name_place(*, user: User, conversation_id: UUID, message_id: UUID, name: str) -> Checkpoint:
    """A line has one name: given another, it loses the first. Raises Invalid without a name, and for too many."""
    name = _checked(name)
    conversation = locked_talk(user, conversation_id)
    line_of(user, conversation, tree_of(conversation.pk), message_id)
    live = Checkpoint.objects.filter(conversation=conversation, deleted_at=None)
    checkpoint = live.filter(message_id=message_id).first()
    if checkpoint is None:
        if live.count() >= MOST:
            raise Invalid(_("A talk has 200 checkpoints at most."), field="name", limit=MOST)
        checkpoint = Checkpoint(conversation=conversation, message_id=message_id)
    _call(user, conversation, checkpoint, name)
    return checkpoint


@transaction.atomic
def rename_checkpoint(*, user: User, conversation_id: UUID, checkpoint_id: UUID, name: str) -> UUID:
    """Returns the line that is called so."""
    name = _checked(name)
    conversation = locked_talk(user, conversation_id)
    checkpoint = _live(conversation, checkpoint_id)
    _call(user, conversation, checkpoint, name)
    return checkpoint.message_id


@transaction.atomic
def delete_checkpoint(*, user: User, conversation_id: UUID, checkpoint_id: UUID) -> tuple[UUID, str]:
    """The name goes, the line stays. Returns that line, and an undo."""
    conversation = locked_talk(user, conversation_id)
    checkpoint = _live(conversation, checkpoint_id)
    checkpoint.deleted_at = timezone.now()
    checkpoint.save(update_fields=["deleted_at"])
    return checkpoint.message_id, way_back(user, conversation, "checkpoint", checkpoint=checkpoint.pk.hex)


def undo_checkpoint(conversation: Conversation, *, checkpoint: str) -> list[UUID]:
    """Conflict when the line has been given another name since."""
    of_talk = Checkpoint.objects.filter(conversation=conversation)
    gone = of_talk.filter(pk=UUID(checkpoint)).exclude(deleted_at=None).first()
    if gone is None:
        raise no_way_back()
    if of_talk.filter(message_id=gone.message_id, deleted_at=None).exists():
        raise gone_on()
    gone.deleted_at = None
    gone.save(update_fields=["deleted_at"])
    return [gone.message_id]


def forget_checkpoints(*, deleted_before: datetime) -> int:
    deleted = Checkpoint.objects.filter(deleted_at__lt=deleted_before)
    return deleted.exclude(conversation__in=held_talks(timezone.now())).delete()[0]


def _checked(name: str) -> str:
    name = " ".join(check_text(name, field="name", limit=MAX_NAME).split())
    if not name:
        raise Invalid(_("Give it a name first."), field="name")
    return name


def _live(conversation: Conversation, checkpoint_id: UUID) -> Checkpoint:
    found = Checkpoint.objects.filter(pk=checkpoint_id, conversation=conversation, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


def _call(user: User, conversation: Conversation, checkpoint: Checkpoint, name: str) -> None:
    name = judged_by_hand(user, conversation, name, field="name")
    checkpoint.name = cipher_for(conversation.key_id).seal(name, Place(NAME, checkpoint.pk))
    checkpoint.save()
