"""The reply that shows a character's voice best, as one player knows it."""

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from memory.models.pair import Pair


class StyleSample(models.Model):
    """A copy of the reply, sealed under the owner's data key (place "style_sample"): it stays when the talk goes.

    One a language: a character that is spoken to in two has a voice in each.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="samples", db_index=False)
    language = models.CharField(max_length=7)
    conversation = models.ForeignKey("chat.Conversation", models.SET_NULL, null=True, related_name="+")
    message_id = models.UUIDField(db_index=True)
    text = models.BinaryField()
    # Chosen by the player; else by rules, until they like one.
    liked = models.BooleanField(default=False)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "language"], name="style_sample_once")]

    def __str__(self) -> str:
        return str(self.pk)
