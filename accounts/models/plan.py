from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Plan(models.Model):
    """How much somebody may say, and have read. Null means no limit."""

    code = models.SlugField(primary_key=True, max_length=30)
    messages_per_day = models.PositiveIntegerField(_("messages a day"), null=True, blank=True)
    embedded_per_day = models.PositiveIntegerField(
        _("letters embedded a day"),
        null=True,
        blank=True,
        help_text=_("Of what creators give their characters to know, and of lore that comes up by meaning."),
    )
    burst = models.PositiveIntegerField(_("messages at once"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(_("messages a minute"), null=True, blank=True)
    premium = models.BooleanField(
        _("premium"), default=False, help_text=_("What is said on this plan earns creators their share.")
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                name="plan_bucket_whole",
                condition=models.Q(burst__isnull=True, per_minute__isnull=True)
                | models.Q(burst__gte=1, per_minute__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class UsageDay(models.Model):
    """What somebody used on one day (UTC). Written by the statements of `accounts.limits`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    day = models.DateField()
    messages = models.PositiveIntegerField(default=0, db_default=0)
    embedded = models.PositiveBigIntegerField(default=0, db_default=0, help_text=_("Letters."))

    class Meta:
        constraints = [models.UniqueConstraint(name="usageday_user_day", fields=["user", "day"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
