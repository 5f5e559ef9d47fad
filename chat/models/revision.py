"""The words a line had before they were changed where it stands."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.ids import uuid7


class Revision(models.Model):
    """As the line held them: sealed for the line's place, with the terms by which they were found.

    No reference to the table of messages carries a constraint; these go with their conversation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    message_id = models.UUIDField()
    body = models.BinaryField()
    # Not searched: who looks for these words is looking for what the line says now.
    terms = ArrayField(models.IntegerField(), default=list, blank=True)
    status = models.CharField(max_length=11)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "message_id"], name="revision_of_a_line")]

    def __str__(self) -> str:
        return str(self.pk)
