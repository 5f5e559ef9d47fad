"""The message tree. The table is partitioned by month on its UUIDv7 id; see docs/adr/0003."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from accounts.ids import uuid7

MILLISECOND = 1 << 80
FEELING = "feeling"  # the place that what a line feels like is sealed for


def new_message_id(parent: uuid.UUID | None = None) -> uuid.UUID:
    """A UUIDv7 that is later than its parent's, also when two servers' clocks disagree.

    The window is read downwards by id, so a child that sorted before its parent would be missed.
    """
    fresh = uuid7()
    if parent is None or fresh.int >> 80 > parent.int >> 80:
        return fresh
    return uuid.UUID(int=((parent.int >> 80) + 1) * MILLISECOND + fresh.int % MILLISECOND)


class Message(models.Model):
    """One node of the tree; children of one parent are alternatives.

    No reference to this table carries a database constraint: one would block dropping a month.
    """

    class Role(models.TextChoices):
        PLAYER = "player"
        CHARACTER = "character"

    class Status(models.TextChoices):
        COMPLETE = "complete"
        STOPPED = "stopped"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    id = models.UUIDField(primary_key=True, default=new_message_id, editable=False)
    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="children"
    )
    role = models.CharField(max_length=9, choices=Role.choices)
    # Neither constraint nor index: deleting an account or a character must not read this table. Erasure goes by
    # conversation.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    character = models.ForeignKey(
        "characters.Character",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    # Who the author was when the line was said; the persona may be renamed later.
    speaker = models.CharField(max_length=100)
    body = models.BinaryField()
    terms = ArrayField(models.IntegerField(), default=list, blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.COMPLETE)
    # Characters that heard it, and people who may see it; None: all there are.
    heard_by = ArrayField(models.UUIDField(), null=True, blank=True)
    seen_by = ArrayField(models.UUIDField(), null=True, blank=True)
    # What it feels like (inference.emotion), sealed under the key of its words; None: not worked out.
    feeling = models.BinaryField(null=True, blank=True)
    # Gone with everything that follows it.
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Gone alone: what follows it moves up to what it followed (chat/tree.py).
    hidden = models.BooleanField(default=False)
    # On the page, and not told to the model.
    muted = models.BooleanField(default=False, db_default=False)
    # When its words were changed where it stands; the ones before are in Revision.
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_in_conversation"),
            models.Index(fields=["conversation"], condition=models.Q(parent__isnull=True), name="message_roots"),
            GinIndex(fields=["terms"], name="message_terms"),
            models.Index(
                fields=["conversation", "id"], condition=models.Q(deleted_at__isnull=False), name="message_deleted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
