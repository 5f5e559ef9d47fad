"""A folder of somebody's library. Nobody else sees it; in a room everybody has their own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Folder(models.Model):
    class Colour(models.TextChoices):
        NONE = "", _("no colour")
        GOLD = "gold", _("gold")
        CINNABAR = "cinnabar", _("cinnabar")
        BLUE = "blue", _("blue")
        GREEN = "green", _("green")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="folders")
    # One level: a folder in a folder holds no folders.
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="folders")
    # Sealed under the owner's key.
    name = models.BinaryField()
    colour = models.CharField(max_length=8, choices=Colour.choices, blank=True, default=Colour.NONE)
    position = models.PositiveSmallIntegerField(default=0)
    # A deleted one keeps what is in it for thirty days, so that it can come back as it was.
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(name="folder_not_in_itself", condition=~models.Q(parent=models.F("id"))),
        ]

    def __str__(self) -> str:
        return str(self.pk)
