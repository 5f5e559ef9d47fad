from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models import Publication
from stories.models.story import SHOWN_TO

State = Publication.State


class StoryPublication(models.Model):
    """A request to show a version of a story to others, and what was decided. At most one waits for each story.

    A moderator who hides a story leaves one too: `hidden`, with the reason.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="publications")
    version = models.ForeignKey("stories.StoryVersion", models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    visibility = models.CharField(_("asked for"), max_length=8, choices=SHOWN_TO)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    # What stands against it: [{"rule": code, "field": path, "excerpt": text}].
    findings = models.JSONField(_("findings"), default=list)
    reason = models.TextField(_("reason, for the author"), blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("request to publish a story")
        verbose_name_plural = _("requests to publish stories")
        constraints = (
            models.UniqueConstraint(
                name="storypublication_one_waiting", fields=("story",), condition=models.Q(state="waiting")
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
