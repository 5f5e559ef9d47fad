"""A turn: one input and everything done to answer it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Turn(models.Model):
    class Kind(models.TextChoices):
        CHAT = "chat", _("reply")
        REGENERATE = "regenerate", _("another take")
        CONTINUE = "continue", _("continuation")

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETE = "complete", _("complete")
        STOPPED = "stopped", _("stopped")
        WITHDRAWN = "withdrawn", _("withdrawn")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Its index is the one below.
    conversation = models.ForeignKey(
        "chat.Conversation",
        on_delete=models.CASCADE,
        related_name="turns",
        db_index=False,
        verbose_name=_("conversation"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CHAT)
    status = models.CharField(_("status"), max_length=11, choices=Status.choices, default=Status.RUNNING)
    # People and character by id only: as with messages, deleting one must not read this table.
    started_by_id = models.UUIDField(_("started by"), null=True)
    stopped_by_id = models.UUIDField(_("stopped by"), null=True)
    # The reply's id is chosen before it is said: sockets and the stream name it from the first token on.
    reply_id = models.UUIDField(_("reply"))
    parent_id = models.UUIDField(_("line it answers"))
    # Where the branch stood when another take was asked for; it returns there when nothing comes of the turn.
    head_before_id = models.UUIDField(_("branch before"), null=True)
    character_id = models.UUIDField(_("character"), null=True)
    speaker = models.CharField(max_length=100)
    # As with messages: whom the reply is for.
    heard_by = ArrayField(models.UUIDField(), null=True, verbose_name=_("heard by"))
    seen_by = ArrayField(models.UUIDField(), null=True, verbose_name=_("seen by"))
    # The first line that was said in a room while this turn ran: the reply goes before it.
    first_waiting_id = models.UUIDField(_("first line that waited"), null=True)
    # What the player asked of this reply, sealed under their key.
    hint = models.BinaryField(default=bytes, db_default=b"", blank=True)
    # The arms of experiments that it was made by.
    arms = ArrayField(models.UUIDField(), null=True, verbose_name=_("arms of experiments"))
    # The server process that owns the turn; its lease in Redis says whether it is alive.
    process = models.UUIDField(_("process"))
    started_at = models.DateTimeField(_("started"))
    first_token_at = models.DateTimeField(_("first token"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    manifest = models.JSONField(_("receipt"), default=dict)
    usage = models.JSONField(_("usage"), default=dict)
    error = models.CharField(_("error"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints = [
            # Two tabs may both get here; the constraint decides.
            models.UniqueConstraint(fields=["conversation"], condition=Q(status="running"), name="one_running_turn")
        ]
        indexes = [
            models.Index(fields=["started_at"], condition=Q(status="running"), name="turn_running"),
            models.Index(fields=["conversation", "reply_id"], name="turn_of_reply"),
            GinIndex(fields=["arms"], condition=Q(arms__isnull=False), name="turn_of_arm"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Submission(models.Model):
    """What became of a client's input: sent twice, it is stored once."""

    pk = models.CompositePrimaryKey("user_id", "client_id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    client_id = models.UUIDField()
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+")
    message_id = models.UUIDField(null=True)
    turn_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
