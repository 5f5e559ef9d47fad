from collections.abc import Iterable
from typing import Any, Never

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models import CharacterVersion, Language


class StoryVersionIsImmutable(TypeError):
    """A version that exists is history: write a new one."""


class StoryVersionQuerySet(models.QuerySet["StoryVersion"]):
    def update(self, **kwargs: Any) -> Never:
        raise StoryVersionIsImmutable

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise StoryVersionIsImmutable


class StoryVersion(models.Model):
    """A whole story as it stood on one day, in all its languages. Never changed once written.

    `source` is the document and says everything; the other columns are what lists and pages show of it, by language
    where they hold words. `report` is what random plays found: see `stories.services.releases`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"), validators=[MinValueValidator(1)])
    source = models.TextField(_("source"))
    digest = models.CharField(_("digest of the source"), max_length=64)
    title = models.JSONField(_("title"), default=dict)
    line = models.JSONField(_("line"), default=dict)
    about = models.JSONField(_("about"), default=dict)
    languages = models.JSONField(_("languages"), default=list)
    cover = models.JSONField(_("cover"), default=dict)
    scenes = models.PositiveSmallIntegerField(_("scenes"), default=0)
    endings = models.PositiveSmallIntegerField(_("endings"), default=0)
    report = models.JSONField(_("report"), default=dict)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = StoryVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        verbose_name = _("version of a story")
        verbose_name_plural = _("versions of stories")
        constraints = (
            models.UniqueConstraint(name="storyversion_unique_number", fields=("story", "number")),
            models.CheckConstraint(name="storyversion_number_from_one", condition=models.Q(number__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.called('en')} ({self.number})"

    def save(
        self,
        force_insert: bool | tuple[Any, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if not self._state.adding:
            raise StoryVersionIsImmutable
        super().save(force_insert=True, using=using)

    def spoken(self, language: str) -> str:
        """This language where the story has it, else its first."""
        return language if language in self.languages else str(self.languages[0])

    def called(self, language: str) -> str:
        """Its title."""
        return str(self.title.get(self.spoken(language), ""))

    def cast_versions(self, language: str) -> dict[str, CharacterVersion]:
        """Who plays each of the cast, by the name in the story, with their characters. One query."""
        parts = self.parts.filter(language=self.spoken(language)).select_related("played_by__character")
        return {part.name: part.played_by for part in parts}


class Part(models.Model):
    """Who plays one of the cast in one language: a character made of the story for this, or one of the house."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(StoryVersion, models.CASCADE, related_name="parts")
    name = models.CharField(_("name in the story"), max_length=40)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    position = models.PositiveSmallIntegerField(default=0)
    # Not PROTECT: a story goes together with the characters that were made of it.
    played_by = models.ForeignKey("characters.CharacterVersion", models.RESTRICT, related_name="+")

    class Meta:
        ordering = ("position",)
        verbose_name = _("part in a story")
        verbose_name_plural = _("parts in stories")
        constraints = (models.UniqueConstraint(name="part_once", fields=("version", "name", "language")),)

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
