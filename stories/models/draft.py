from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class StoryDraft(models.Model):
    """A story being written: the document as it stands in the editor, valid or not.

    `revision` grows with every save; a save that names an older one is refused, so two tabs never overwrite each other
    silently.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="story_drafts")
    # None until the first version is written: then the story begins.
    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="drafts", null=True, blank=True)
    title = models.CharField(_("name of the draft"), max_length=100, blank=True, default="")
    source = models.TextField(_("source"), blank=True, default="")
    # Where scenes lie on the graph of the editor, by name: {"inn": [x, y]}. No part of the story.
    layout = models.JSONField(_("layout"), default=dict)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("draft of a story")
        verbose_name_plural = _("drafts of stories")
        constraints = (
            models.UniqueConstraint(
                name="storydraft_one_open", fields=("story",), condition=models.Q(deleted_at__isnull=True)
            ),
        )
        indexes = (models.Index(fields=("owner", "-updated_at"), name="storydraft_recent"),)

    def __str__(self) -> str:
        return str(self.pk)
