"""A branch of a talk that whoever has the link may read."""

from django.conf import settings
from django.db import models

from accounts.ids import uuid7


class Share(models.Model):
    """What was said up to `leaf` when it was shared. The link's secret is kept as a hash: it is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="shares")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares")
    token_hash = models.BinaryField(max_length=32, unique=True)
    # By id only, as all that refers to messages.
    leaf_id = models.UUIDField()
    # Whether the name that the owner plays under is shown.
    named = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)
