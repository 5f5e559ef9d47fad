from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7

if TYPE_CHECKING:
    from characters.models.version import CharacterVersion


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private: only you")
    ORGANISATION = "organisation", _("Organisation: its members")
    UNLISTED = "unlisted", _("Unlisted: whoever has the link")
    PUBLIC = "public", _("Public: on Discover")


class Rating(models.TextChoices):
    GENERAL = "general", _("For everyone")
    MATURE = "mature", _("Mature: violence, dark themes")
    EXPLICIT = "explicit", _("Adults only")


ON_DISCOVER = models.Q(
    visibility="public", deleted_at__isnull=True, published__isnull=False, published_at__isnull=False
)


class Character(models.Model):
    """Who is on the bill. What the character *is* lives in its versions; `published` names the release on stage.

    A release is one `number`; its language editions share that number, and `published` points at one of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        related_name="characters",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        help_text=_("Empty for the presets of the house."),
    )
    slug = models.SlugField(_("slug"), max_length=60, unique=True, null=True, blank=True)
    visibility = models.CharField(
        _("visibility"), max_length=12, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    # Whose members see it, while that is how it is shown.
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name=_("organisation"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    published = models.ForeignKey(
        "characters.CharacterVersion",
        verbose_name=_("published version"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    # Made of a story, to play a part in it: it belongs to that, without an owner, and is met there alone.
    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="characters", null=True, blank=True)
    tags = models.ManyToManyField("characters.Tag", verbose_name=_("tags"), related_name="characters", blank=True)
    rating = models.CharField(_("content rating"), max_length=8, choices=Rating.choices, default=Rating.GENERAL)
    forked_from = models.ForeignKey(
        "self", verbose_name=_("forked from"), related_name="forks", null=True, blank=True, on_delete=models.SET_NULL
    )
    copyable = models.BooleanField(
        _("others may copy it"),
        default=True,
        help_text=_("With credit, while it is public. A copy has everything the model is told."),
    )
    # Words, weighted by where they stand; Chinese as pairs of characters. Written by `characters.services.search`.
    search = SearchVectorField(null=True, editable=False)
    loves = models.PositiveIntegerField(_("favourite of"), default=0)
    heat = models.FloatField(_("how much it is talked to these days"), default=0)
    published_at = models.DateTimeField(_("first shown"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1000)
    starts = models.PositiveIntegerField(_("talks started"), default=0)
    source_digest = models.CharField(_("digest of the preset file"), max_length=64, blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    # Set by selectors on what they list: the edition to show. (They also prefetch `release`: all editions on stage.)
    edition: "CharacterVersion"

    class Meta:
        ordering = ("position", "-id")
        verbose_name = _("character")
        verbose_name_plural = _("characters")
        constraints = (
            models.CheckConstraint(
                name="character_visibility_known",
                condition=models.Q(visibility__in=("private", "organisation", "unlisted", "public")),
            ),
            models.CheckConstraint(
                name="character_of_an_organisation",
                condition=models.Q(visibility="organisation", organisation__isnull=False)
                | (~models.Q(visibility="organisation") & models.Q(organisation__isnull=True)),
            ),
            models.CheckConstraint(
                name="character_owned_or_preset",
                # Or left behind by an author who is gone: for talks that go on, or on stage for all.
                condition=models.Q(owner__isnull=False)
                | models.Q(story__isnull=False)
                | models.Q(slug__isnull=False)
                | models.Q(deleted_at__isnull=False)
                | models.Q(visibility__in=("unlisted", "public")),
            ),
        )
        indexes = (
            # One for each order of Discover.
            models.Index(fields=("-heat", "position", "-id"), name="character_trending", condition=ON_DISCOVER),
            models.Index(fields=("-published_at", "-id"), name="character_new", condition=ON_DISCOVER),
            models.Index(fields=("-loves", "position", "-id"), name="character_loved", condition=ON_DISCOVER),
            GinIndex(fields=("search",), name="character_search"),
        )

    def __str__(self) -> str:
        return self.slug or str(self.pk)
