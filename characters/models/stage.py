from django.db import models
from django.utils.translation import gettext_lazy as _


class StagedBook(models.Model):
    """A character's lorebook as it was granted: all that anybody but its author is told of it.

    `settings` and `entries` are those of `characters.selectors.stage`. Written when a release goes on stage, only then.
    """

    book = models.OneToOneField("characters.Lorebook", models.CASCADE, primary_key=True, related_name="staged")
    revision = models.PositiveIntegerField()  # of the book, when it was granted
    settings = models.JSONField(default=dict)
    entries = models.JSONField(default=list)

    class Meta:
        verbose_name = _("lorebook on stage")
        verbose_name_plural = _("lorebooks on stage")

    def __str__(self) -> str:
        return str(self.pk)


class StagedText(models.Model):
    """A text that a character knows, as it was granted."""

    knowledge = models.OneToOneField("characters.Knowledge", models.CASCADE, primary_key=True, related_name="staged")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("knowledge on stage")
        verbose_name_plural = _("knowledge on stage")

    def __str__(self) -> str:
        return self.title
