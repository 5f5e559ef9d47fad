from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import uuid7


class HandbookRead(models.Model):
    """That somebody has read a version of the handbook, as they said themselves."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(name="handbook_read_once", fields=("user", "version")),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.version}"
