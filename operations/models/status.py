from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Lookout(models.Model):
    """The one row of what was last seen of the services, by whichever web process had its turn to look."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    first_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField(null=True)
    states = models.JSONField(default=dict)
    # When a worker last did what beat had asked for.
    worked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="lookout_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.looked_at)


class Outage(models.Model):
    """A time in which looks at a service found it other than well. Open while `ended_at` is missing."""

    class Service(models.TextChoices):
        WEB = "web", _("Web pages")
        DATABASE = "database", _("Database")
        REDIS = "redis", _("Live connections")
        QUEUE = "queue", _("Work in the background")
        MODELS = "models", _("Models")
        STORAGE = "storage", _("Pictures and files")

    class State(models.TextChoices):
        SLOW = "slow", _("limited")
        DOWN = "down", _("out of order")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.CharField(_("service"), max_length=8, choices=Service)
    state = models.CharField(_("state"), max_length=4, choices=State, help_text=_("The worst of it."))
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering = ["-began_at", "-id"]
        indexes = [models.Index(fields=["began_at"], name="outage_began")]
        constraints = [
            models.UniqueConstraint(name="outage_one_open", fields=["service"], condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.began_at}"


class IncidentNote(models.Model):
    """What an operator tells everybody of an incident, on the status page. Without a Chinese text the English one
    stands there, and the other way round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: it goes on."))
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    title_zh = models.CharField(_("Chinese title"), max_length=120, blank=True)
    text_en = models.TextField(_("English text"), max_length=2_000, blank=True)
    text_zh = models.TextField(_("Chinese text"), max_length=2_000, blank=True)
    shown = models.BooleanField(_("shown"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("note on an incident")
        verbose_name_plural = _("notes on incidents")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.CheckConstraint(name="incident_has_a_title", condition=~Q(title_en="") | ~Q(title_zh="")),
            models.CheckConstraint(
                name="incident_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=models.F("began_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.title_in("en")

    def title_in(self, language: str) -> str:
        return self._in(language, self.title_zh, self.title_en)

    def text_in(self, language: str) -> str:
        return self._in(language, self.text_zh, self.text_en)

    @staticmethod
    def _in(language: str, chinese: str, english: str) -> str:
        return chinese or english if language.startswith("zh") else english or chinese
