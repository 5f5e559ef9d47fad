"""A file that somebody brings, what is found in it and what becomes of it. All text in here is sealed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7


class Import(models.Model):
    """One file, from its upload to the report."""

    class State(models.TextChoices):
        WAITING = "waiting"  # to be looked through
        LOOKED = "looked"  # its owner is asked whom the talks are with
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports")
    filename = models.BinaryField()
    size = models.PositiveBigIntegerField()
    # Keyed by the owner: whether the same file was brought before, and nothing else, can be told from it.
    digest = models.BinaryField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    error = models.CharField(max_length=40, blank=True)
    # What the look found, and whom the owner chose for each name; JSON.
    found = models.BinaryField(default=bytes)
    choices = models.BinaryField(default=bytes)
    # How many talks of the file are behind us: a task that is run again goes on from here.
    settled = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="import_recent"),
            models.Index(fields=["touched_at"], condition=Q(state__in=("waiting", "running")), name="import_at_work"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ImportPiece(models.Model):
    """A piece of the file, as long as it is needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "position"], name="import_piece_once")]


class ImportedTalk(models.Model):
    """What became of one talk of a file: a conversation, or a reason why not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="talks")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Empty again when the talk is deleted for good: then it can be brought anew.
    conversation = models.ForeignKey("chat.Conversation", null=True, on_delete=models.SET_NULL, related_name="+")
    # Of what the talk says, keyed by the owner.
    fingerprint = models.BinaryField(max_length=32, null=True)
    title = models.BinaryField(default=bytes)
    lines = models.PositiveIntegerField(default=0)
    # How much was not taken as it stood, by reason; and why the talk was not taken at all.
    notes = models.JSONField(default=dict)
    refused = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "fingerprint"],
                condition=Q(conversation__isnull=False, fingerprint__isnull=False, refused=""),
                name="imported_talk_once",
            )
        ]
