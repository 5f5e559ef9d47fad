from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from characters.models import PublishingRequest
from stories.models.story import SHOWN_TO

State = PublishingRequest.State


class StoryPublication(PublishingRequest):
    of = "story"
    heavy = ("version__source", "version__report")

    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="publications", verbose_name=_("story"))
    version = models.ForeignKey("stories.StoryVersion", models.CASCADE, related_name="+", verbose_name=_("version"))
    visibility = models.CharField(_("asked for"), max_length=8, choices=SHOWN_TO)

    class Meta(PublishingRequest.Meta):
        verbose_name = _("request to publish a story")
        verbose_name_plural = _("requests to publish stories")
        constraints = (
            models.UniqueConstraint(
                name="storypublication_one_waiting", fields=("story",), condition=models.Q(state="waiting")
            ),
        )

    @property
    def name(self) -> str:
        return self.version.called(get_language() or "en")
