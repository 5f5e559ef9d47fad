from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Container(models.TextChoices):
    JSON = "json", "JSON"
    PNG = "png", "PNG"
    APNG = "apng", "APNG"
    CHARX = "charx", "CHARX"
    JPEG = "jpeg", _("JPEG with CHARX")


class CardOriginal(models.Model):
    """A card as it came: every byte, and its JSON. What we do not model lives on here and goes out again.

    `document` is text, not jsonb: jsonb forgets the order of keys and the way numbers were written.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="cards", null=True, blank=True)
    container = models.CharField(max_length=5, choices=Container.choices)
    spec = models.CharField(max_length=40, help_text=_("What it turned out to be: v1, v2, v3 and the like."))
    filename = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    document = models.TextField()
    # What our own columns were after the import: a field that still equals it is untouched.
    derived = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("card as it came")
        verbose_name_plural = _("cards as they came")
        indexes = (models.Index(fields=("owner", "sha256"), name="card_same_file"),)

    def __str__(self) -> str:
        return str(self.pk)
