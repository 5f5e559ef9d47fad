"""A line of a talk that somebody gave a name, to come back to it."""

from django.db import models
from django.db.models import Q

from accounts.ids import uuid7


class Checkpoint(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="checkpoints")
    message_id = models.UUIDField()
    # Sealed under the conversation's key.
    name = models.BinaryField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "message_id"], condition=Q(deleted_at=None), name="one_checkpoint_a_line"
            )
        ]
        indexes = [
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="checkpoint_deleted")
        ]

    def __str__(self) -> str:
        return str(self.pk)
