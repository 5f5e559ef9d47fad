"""What happened in a talk before the window begins, in a few paragraphs."""

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7


class SessionNote(models.Model):
    """It stands for the lines from the opening to `until_id`, on every branch that has all of these as they were.

    The sections are sealed under the conversation's key (place "session_note"). Older notes stay: a branch that leaves
    the talk earlier has one of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="+")
    before = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    from_id = models.UUIDField()
    until_id = models.UUIDField()
    lines = models.PositiveIntegerField()
    # Of the marks of all lines that it covers, in order (memory.told.digest_of).
    covers = models.BinaryField(max_length=16)
    # JSON: happened, open, places, standing.
    sections = models.BinaryField()
    tokens = models.PositiveIntegerField(default=0)
    # Of the template, or of the rules that stepped in.
    template = models.CharField(max_length=60)
    model = models.CharField(max_length=200, blank=True, default="")
    # How often the player put it into other words; each of these is a row of its own.
    revision = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "until_id", "covers", "revision"], name="note_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
