from django.conf import settings
from django.db import models


class Sitting(models.Model):
    """How long somebody has been talking without a pause, in all their talks together, and what they are to be told.

    `ai_at` and `break_at`: when they were last reminded; `*_due`: they have not put that reminder away yet.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    ai_at = models.DateTimeField()
    break_at = models.DateTimeField()
    ai_due = models.BooleanField(default=False)
    break_due = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)
