from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Reading(models.Model):
    """Somebody of the team asks to read a whole talk: for a reason, with a second person who agrees, for a few hours.

    `conversation` is a bare id: that it was read is known for longer than the talk is there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.UUIDField(_("conversation"))
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)  # null once decided: refused

    class Meta:
        ordering = ("-id",)
        verbose_name = _("reading of a talk")
        verbose_name_plural = _("readings of talks")
        constraints = (
            models.CheckConstraint(name="reading_agreed_when_open", condition=Q(until=None) | ~Q(decided_at=None)),
            models.UniqueConstraint(
                name="reading_asked_once", fields=("conversation", "asked_by"), condition=Q(decided_at=None)
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def waits(self) -> bool:
        return self.decided_at is None

    @property
    def open(self) -> bool:
        return self.until is not None and self.until > timezone.now()
