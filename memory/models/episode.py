"""Lines that were said, kept to be recalled word for word once they have left the window."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from pgvector.django import VectorField

from accounts.ids import uuid7
from memory.models.pair import Pair


class Episode(models.Model):
    """One line as it was worded, for the player who said it, or to whom it was said, and a character that heard it.

    The words are a copy under the owner's data key (place "episode"): one key and one index for all that recall reads.
    They count only while the line itself does, in these words (`memory.told`). docs/adr/0022.
    """

    class Role(models.TextChoices):
        PLAYER = "player"
        CHARACTER = "character"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="episodes", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="+")
    message_id = models.UUIDField(db_index=True)
    # As in MemorySource.
    revision = models.BigIntegerField(default=0)
    # The line that it answers, whatever that says by now.
    answers_id = models.UUIDField(null=True, blank=True)
    role = models.CharField(max_length=9, choices=Role.choices)
    speaker = models.CharField(max_length=100)
    text = models.BinaryField()
    is_question = models.BooleanField(default=False)
    said_at = models.DateTimeField()
    # In a room: who may be told of it; None: whoever is there.
    seen_by = ArrayField(models.UUIDField(), null=True, blank=True)
    # As in Memory.
    model = models.CharField(max_length=200, blank=True, default="")
    embedding = VectorField(null=True, blank=True)
    # When memories were looked for in it; None: not yet.
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair", "message_id", "revision"], name="episode_once"),
        ]
        indexes = [
            models.Index(fields=["pair", "said_at"], name="episode_of_pair"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
