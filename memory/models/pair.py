"""One player and one character: whose memories these are, and whether there are to be any."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Mode(models.TextChoices):
    OFF = "off", _("Off")
    ON_REQUEST = "on_request", _("On request")
    AUTOMATIC = "automatic", _("Automatic")


class Pair(models.Model):
    """Everything that is remembered hangs on one of these. Whoever writes any of it holds this row's lock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="+")
    # What the player chose; empty: as the character and the house have it. The strictest of the three holds.
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True, default="")
    # What the mode was before the player said no to being remembered at all; null while they did not.
    mode_before = models.CharField(max_length=10, choices=Mode.choices, null=True, blank=True)
    # Nothing is written since; what is known is still known.
    paused_at = models.DateTimeField(null=True, blank=True)
    # Another one after every write: what processes keep of the pair is compared with it.
    revision = models.PositiveBigIntegerField(default=0, db_default=0)
    # What a turn has to know to leave recall alone: how many memories there are, and the talks that lines are kept of.
    known = models.PositiveIntegerField(default=0, db_default=0)
    talks = ArrayField(models.UUIDField(), default=list, db_default=[])
    # The talks in which something moved their bond; none: there is no bond to ask for.
    bond_talks = ArrayField(models.UUIDField(), default=list, db_default=[])
    swept_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "character"], name="pair_once")]
        indexes = [models.Index(fields=["swept_at"], name="pair_to_sweep")]

    def __str__(self) -> str:
        return str(self.pk)
