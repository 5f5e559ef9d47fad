"""The reply that shows a character's voice best, as one player knows it."""

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from memory.models.pair import Pair


class StyleSample(models.Model):
    """A copy of the reply, sealed under the owner's data key (place "style_sample"): it stays when the talk goes on
    another branch, so that what the model is shown first does not change with it. With the talk it goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair = models.OneToOneField(Pair, models.CASCADE, related_name="sample")
    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="+")
    message_id = models.UUIDField(db_index=True)
    text = models.BinaryField()
    # Chosen by the player; else by rules, until they like one.
    liked = models.BooleanField(default=False)
    chosen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)
