from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Recording(models.Model):
    """What one person said into a microphone, kept as they agreed: their speech without the silence, as Opus, under
    their own data key. The talk is named without a constraint, as messages are (docs/adr/0003).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    conversation_id = models.UUIDField()
    sound = models.BinaryField()
    seconds = models.FloatField(_("seconds"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("created_at",), name="recording_by_age"),
            models.Index(fields=("conversation_id",), name="recording_of_talk"),
        )

    def __str__(self) -> str:
        return str(self.pk)
