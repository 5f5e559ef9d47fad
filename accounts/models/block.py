from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Block(models.Model):
    """Somebody wants nothing to do with another player: no room brings the two together from then on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    hides_lines = models.BooleanField(_("their lines are folded"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = (
            models.UniqueConstraint(name="block_once", fields=("user", "blocked")),
            models.CheckConstraint(name="block_somebody_else", condition=~Q(user=F("blocked"))),
        )

    def __str__(self) -> str:
        return str(self.pk)
