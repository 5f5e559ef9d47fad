"""A conversation of several people and several characters."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from chat.models.conversation import Conversation, Participant

MOST_REPLIES = 6


class Room(models.Model):
    """Where there is one, its conversation is a room, and stays one: what somebody did not hear stays unheard."""

    class Strategy(models.TextChoices):
        MENTION = "mention"
        TALKATIVENESS = "talkativeness"
        ROUND = "round"
        HOST = "host"

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="room")
    strategy = models.CharField(max_length=13, choices=Strategy.choices, default=Strategy.MENTION)
    # After the first reply to a person's line: how many more, of characters to each other.
    replies_limit = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(MOST_REPLIES)])
    # Whether players, too, may say which character speaks next.
    players_cue = models.BooleanField(default=False)
    # The turn that was settled last, until somebody has looked who speaks next. Not empty after a crash in between.
    due_id = models.UUIDField(null=True)
    # After a hand-over: the last line that is found under the new host's key already; null where all are.
    indexed_to = models.UUIDField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(replies_limit__lte=MOST_REPLIES), name="replies_within")]
        indexes = [
            models.Index(fields=["due_id"], condition=Q(due_id__isnull=False), name="room_due"),
            models.Index(fields=["indexed_to"], condition=Q(indexed_to__isnull=False), name="room_to_index"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """A link into a room. The link itself is told once, to who made it; here is its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(max_length=12, choices=Participant.Role.choices, default=Participant.Role.PLAYER)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(role="host"), name="nobody_is_invited_as_host")]
