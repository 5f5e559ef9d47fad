from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import uuid7


class Favourite(models.Model):
    """Somebody loves a character."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites")
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="favourite_once", fields=("user", "character")),)

    def __str__(self) -> str:
        return str(self.pk)


class Follow(models.Model):
    """Somebody wants to hear what a creator brings out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    follower = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="follow_once", fields=("follower", "creator")),
            models.CheckConstraint(name="follow_others", condition=~models.Q(follower=models.F("creator"))),
        )

    def __str__(self) -> str:
        return str(self.pk)
