from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Clip(models.Model):
    """What was said aloud to one person, kept for a while to be heard again: theirs alone, under their own data key.

    `digest` is keyed, of the text, the voice and how it was said: a line that is changed has another one. The line and
    its talk are named without a constraint, as messages are (docs/adr/0003).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    conversation_id = models.UUIDField(null=True)
    message_id = models.UUIDField(null=True)
    digest = models.BinaryField(max_length=32)
    sound = models.BinaryField()
    ending = models.CharField(_("kind of file"), max_length=4)
    seconds = models.FloatField(_("seconds"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("spoken reply")
        verbose_name_plural = _("spoken replies")
        constraints = (models.UniqueConstraint(name="clip_unique_said", fields=("owner", "digest")),)
        indexes = (
            models.Index(fields=("created_at",), name="clip_by_age"),
            models.Index(fields=("conversation_id",), name="clip_of_talk"),
        )

    def __str__(self) -> str:
        return str(self.pk)
