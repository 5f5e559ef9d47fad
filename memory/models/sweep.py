"""What a night's sweep came to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Sweep(models.Model):
    """Figures alone: whose memories they were is nobody's business."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    pairs = models.PositiveIntegerField(_("pairs"), default=0)
    faded = models.PositiveIntegerField(_("faded"), default=0)
    merged = models.PositiveIntegerField(_("merged"), default=0)
    orphaned = models.PositiveIntegerField(_("without a line"), default=0)
    emptied = models.PositiveIntegerField(_("emptied"), default=0)
    embedded = models.PositiveIntegerField(_("embedded"), default=0)

    class Meta:
        verbose_name = _("nightly sweep of memories")
        verbose_name_plural = _("nightly sweeps of memories")
        ordering = ["-began_at"]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d}"
