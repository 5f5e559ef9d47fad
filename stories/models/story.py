from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models import Rating, Visibility

if TYPE_CHECKING:
    from stories.models.version import StoryVersion

# Organisations share characters, not stories.
SHOWN_TO = [each for each in Visibility.choices if each[0] != Visibility.ORGANISATION]
ON_DISCOVER = models.Q(visibility="public", deleted_at__isnull=True, published__isnull=False)


class Kind(models.TextChoices):
    STORY = "story", _("Story")
    PRACTICE = "practice", _("Practice")


class Story(models.Model):
    """What is played. What it *says* lives in its versions; `published` names the one on stage."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("owner"),
        related_name="stories",
        null=True,
        blank=True,
        help_text=_("Empty for the stories of the house."),
    )
    slug = models.SlugField(_("slug"), max_length=60, unique=True, null=True, blank=True)
    visibility = models.CharField(_("visibility"), max_length=8, choices=SHOWN_TO, default=Visibility.PRIVATE)
    published = models.ForeignKey(
        "stories.StoryVersion",
        models.SET_NULL,
        verbose_name=_("published version"),
        related_name="+",
        null=True,
        blank=True,
    )
    # As its newest version says.
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STORY)
    tags = models.ManyToManyField("characters.Tag", verbose_name=_("tags"), related_name="stories", blank=True)
    rating = models.CharField(_("content rating"), max_length=8, choices=Rating.choices, default=Rating.GENERAL)
    # Words, weighted by where they stand. Written by `stories.services.search`.
    search = SearchVectorField(null=True, editable=False)
    plays = models.PositiveIntegerField(_("plays begun"), default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=1000)
    published_at = models.DateTimeField(_("first shown"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    # Set by selectors on what they list: the version to show.
    shown: "StoryVersion"

    class Meta:
        ordering = ("position", "-id")
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        constraints = (
            models.CheckConstraint(
                name="story_visibility_known", condition=models.Q(visibility__in=("private", "unlisted", "public"))
            ),
            models.CheckConstraint(
                name="story_owned_or_of_the_house",
                # Or left behind by an author who is gone: for plays that go on, or on stage for all.
                condition=models.Q(owner__isnull=False)
                | models.Q(slug__isnull=False)
                | models.Q(deleted_at__isnull=False)
                | models.Q(visibility__in=("unlisted", "public")),
            ),
        )
        indexes = (
            models.Index(fields=("position", "-plays", "-id"), name="story_popular", condition=ON_DISCOVER),
            models.Index(fields=("-published_at", "-id"), name="story_new", condition=ON_DISCOVER),
            GinIndex(fields=("search",), name="story_search"),
        )

    def __str__(self) -> str:
        return self.slug or str(self.pk)
