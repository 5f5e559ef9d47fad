from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class DataUse(models.TextChoices):
    """What anything about a person is used for."""

    SERVICE = "service", _("Running the service")
    MEMORY = "memory", _("Memory")
    VOICE = "voice", _("Voice")
    RECORDINGS = "recordings", _("Keeping recordings")
    EMOTION = "emotion", _("Feelings")
    IMPROVEMENT = "improvement", _("Improvement")
    ANALYTICS = "analytics", _("Figures for creators")
    EMAIL = "email", _("News by e-mail")


class Consent(models.Model):
    """What somebody answered: when, to which version of which words, in which language. Never changed, only followed
    by the next answer; `current` is the last one."""

    class Source(models.TextChoices):
        PAGE = "page", _("on the page")
        SIGNAL = "gpc", _("by the browser’s signal")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="consents", verbose_name=_("user"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=DataUse)
    given = models.BooleanField(_("agreed"))
    version = models.PositiveIntegerField(_("version of the words"))
    language = models.CharField(_("language"), max_length=10)
    source = models.CharField(_("how"), max_length=4, choices=Source)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    current = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("answer about data")
        verbose_name_plural = _("answers about data")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="consent_one_current", fields=("user", "purpose"), condition=models.Q(current=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"
