"""Everything that is held of somebody, as one file for them; and such a file, brought to another house."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Takeout(models.Model):
    """One archive, from the wish for it to its end. `run` is the task that builds it: whoever holds another one stops.

    `done` of `rows` are written. What was built lies in pieces, sealed under the person's key, until `expires_at`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being put together")
        READY = "ready", _("ready")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")

    AT_WORK = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="takeouts")
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    language = models.CharField(_("language"), max_length=10)
    # Where the letter that says it is ready leads.
    site = models.URLField(max_length=200)
    run = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("take-out")
        verbose_name_plural = _("take-outs")
        ordering = ("-id",)
        constraints = (
            # Two tabs may both get here; the constraint decides.
            models.UniqueConstraint(
                name="takeout_one_at_work", fields=("user",), condition=Q(state__in=("waiting", "running"))
            ),
        )
        indexes = (
            models.Index(name="takeout_at_work", fields=("touched_at",), condition=Q(state__in=("waiting", "running"))),
            models.Index(name="takeout_expires", fields=("expires_at",), condition=Q(state="ready")),
        )

    def __str__(self) -> str:
        return str(self.pk)


class TakeoutPiece(models.Model):
    """A megabyte of the archive, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    of = models.ForeignKey(Takeout, models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(name="takeout_piece_once", fields=("of", "position")),)


class Restoration(models.Model):
    """A take-out that somebody brings, here or from another house: taken in whole, but for the rows that are told of.

    `told` is sealed JSON: how many rows of which section came, and what was refused, by file and line.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being taken in")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    AT_WORK = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="restorations")
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    # Keyed by the person: whether the same file was brought before, and nothing else, can be told from it.
    digest = models.BinaryField(max_length=32, default=bytes)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True, default="")
    told = models.BinaryField(default=bytes)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("take-out brought back")
        verbose_name_plural = _("take-outs brought back")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="restoration_one_at_work", fields=("user",), condition=Q(state__in=("waiting", "running"))
            ),
        )
        indexes = (
            models.Index(
                name="restoration_at_work", fields=("touched_at",), condition=Q(state__in=("waiting", "running"))
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class RestorationPiece(models.Model):
    """A megabyte of the file, sealed, as long as it is needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    of = models.ForeignKey(Restoration, models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(name="restoration_piece_once", fields=("of", "position")),)
