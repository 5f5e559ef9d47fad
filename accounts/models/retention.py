"""What may not be deleted yet, and what was swept away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class LegalHold(models.Model):
    """Nothing of this person is swept away or erased until then. See `accounts.holds`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="legal_holds", verbose_name=_("person")
    )
    reason = models.CharField(
        _("reason"),
        max_length=200,
        help_text=_("The order or the file it follows from, by number. No words of the person."),
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    lift_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to be lifted, says"),
    )
    lift_asked_at = models.DateTimeField(_("to be lifted, since"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = (models.CheckConstraint(name="legal_hold_ends_later", condition=Q(until__gt=F("placed_at"))),)

    def __str__(self) -> str:
        return str(self.pk)


class Sweep(models.Model):
    """One run of what deletes by itself: figures, nobody's. Without an end it was killed; the next one goes on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("sweep"), max_length=40)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    gone = models.JSONField(_("gone"), default=dict)
    failed = models.BooleanField(_("failed"), default=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        indexes = (models.Index(name="sweep_latest", fields=("name", "-started_at")),)

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M}"
