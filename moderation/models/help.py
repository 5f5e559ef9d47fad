from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class HelpLine(models.Model):
    """Somebody who listens to people in need, as an operator keeps it. Without a country: for all of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        default="",
        help_text=_("Two capital letters, like GB; empty: everywhere."),
    )
    name_en = models.CharField(_("English name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    number = models.CharField(_("telephone"), max_length=60, blank=True, default="")
    url = models.URLField(_("web page"), blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        ordering = ("country", "position", "id")
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")
        constraints = (
            models.CheckConstraint(name="help_line_can_be_reached", condition=~models.Q(number="") | ~models.Q(url="")),
            models.CheckConstraint(name="help_line_country", condition=models.Q(country__regex="^([A-Z]{2})?$")),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.name_en}".strip()

    def name_in(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en
