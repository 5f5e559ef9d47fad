from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word to find characters by, in both languages of the house."""

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    adults = models.BooleanField(
        _("for adults"),
        default=False,
        db_default=False,
        help_text=_("Who has not said to be an adult does not see it."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1000)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name_en

    def name_in(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en
