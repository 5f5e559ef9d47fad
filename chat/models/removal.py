"""Lines taken out of a talk at once, until they are put back or gone for good."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.ids import uuid7


class Removal(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="removals")
    # By id only, as in Turn: theirs is the trash that it lies in.
    removed_by_id = models.UUIDField(db_index=True)
    lines = ArrayField(models.UUIDField())
    # Whether each took along what follows it; otherwise what follows moved up.
    cuts = models.BooleanField()
    head_before_id = models.UUIDField(null=True)
    head_after_id = models.UUIDField(null=True)
    removed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.pk)
