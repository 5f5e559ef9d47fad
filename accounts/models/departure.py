"""Somebody who wants to go, and what is kept of having let them go: nothing of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Departure(models.Model):
    """An account that is to be erased at `due_at`, unless somebody signs in before.

    `receipt` is the link of the receipt, sealed for the site: it is told again when they are gone; from then on only
    a hash of its token is kept.
    """

    class Characters(models.TextChoices):
        DELETE = "delete", _("Take them off the stage. Talks that others have with them go on, without your name.")
        ANONYMISE = "anonymise", _("Leave them on the stage, without an author and without pictures.")
        HAND_OVER = "hand-over", _("Hand them to somebody who agrees to it.")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="departure")
    characters = models.CharField(max_length=9, choices=Characters.choices, default=Characters.DELETE)
    heir = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    heir_agreed_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=600)
    token_hash = models.BinaryField(max_length=32, unique=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("departure")
        verbose_name_plural = _("departures")
        indexes = (models.Index(name="departure_due", fields=("due_at",)),)
        constraints = (
            models.CheckConstraint(
                name="departure_agreed_by_somebody", condition=Q(heir_agreed_at=None) | Q(heir__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Erasure(models.Model):
    """A receipt, and a line of the ledger by which a restored database is erased again.

    `subject` is SHA-256 of the account's id, which has 74 random bits: nobody finds the id from it, but whoever holds a
    row with that id (a backup) knows it again. `counts` says how many rows of which model went.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.BinaryField(max_length=32, unique=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    asked_at = models.DateTimeField(_("asked"))
    done_at = models.DateTimeField(_("erased"), default=timezone.now)
    backups_until = models.DateTimeField(_("gone from backups"))
    counts = models.JSONField(_("rows"), default=dict)
    # When it was added to the file of the ledger, which no restore of the database takes back.
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return str(self.pk)
