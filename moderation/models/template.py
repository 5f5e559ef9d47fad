from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from moderation.models.report import Reason


class ReasonTemplate(models.Model):
    """Words for a decision, in both languages; the person reads those of their own. Shipped ones may be changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(_("rule"), max_length=8, choices=Reason.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title_en = models.CharField(_("title in English"), max_length=80)
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    text_en = models.TextField(_("text in English"), max_length=2_000)
    text_zh = models.TextField(_("text in Chinese"), max_length=2_000)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ("rule", "position", "id")
        verbose_name = _("template of a reason")
        verbose_name_plural = _("templates of reasons")

    def __str__(self) -> str:
        return self.title_en
