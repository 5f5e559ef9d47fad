"""What a reader thinks of a reply: good or not. Theirs alone; what others see of it is a share among many."""

from django.conf import settings
from django.db import models


class Rating(models.Model):
    """One for each person and message. No reference to the table of messages carries a constraint: these go with their
    conversation, and with whoever gave them.
    """

    pk = models.CompositePrimaryKey("user_id", "message_id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    message_id = models.UUIDField()
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    good = models.BooleanField()
    rated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "message_id"], name="rating_of_a_line")]

    def __str__(self) -> str:
        return f"{self.message_id} {'good' if self.good else 'bad'}"
