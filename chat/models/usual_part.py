from django.conf import settings
from django.db import models

from accounts.ids import uuid7


class UsualPart(models.Model):
    """Whom somebody plays in every new talk with a character. Goes with the persona, the character, and the person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="+")
    persona = models.ForeignKey("accounts.Persona", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "character"], name="usual_part_once")]
