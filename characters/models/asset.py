from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Asset(models.Model):
    """A picture that somebody brought or had made: decoded and encoded anew by us, nothing else is kept of the file.

    The bytes lie in Postgres: they are small, every server process sees them, and erasure is a cascade.
    """

    class Kind(models.TextChoices):
        PORTRAIT = "portrait", _("portrait")
        EMOTION = "emotion", _("mood of a portrait")
        BACKGROUND = "background", _("background")
        OTHER = "other", _("other")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assets")
    # What it was brought for first; which versions show it is `versions`.
    character = models.ForeignKey("characters.Character", models.SET_NULL, related_name="assets", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PORTRAIT)
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    alt = models.CharField(_("what it shows"), max_length=300, blank=True, default="")
    content_type = models.CharField(max_length=40, default="image/webp")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()
    # The face alone, small, for the niche of an avatar; empty where nobody looks for one.
    face = models.BinaryField(default=b"", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.pk)
