from collections.abc import Iterable
from typing import Any, Never

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "中文"


class VersionIsImmutable(TypeError):
    """A version that exists is history: write a new one."""


class VersionQuerySet(models.QuerySet["CharacterVersion"]):
    def update(self, **kwargs: Any) -> Never:
        raise VersionIsImmutable

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise VersionIsImmutable


class CharacterVersion(models.Model):
    """Everything a character is, in one language, as it stood on one day. Never changed once written.

    `description`, `personality`, `scenario` and `examples` go to the model, secrets included; players read
    `tagline`, `epithet`, `about`, `creator_notes` and the greetings.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", related_name="versions", on_delete=models.CASCADE)
    number = models.PositiveIntegerField(_("number"), validators=[MinValueValidator(1)])
    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    name = models.CharField(_("name"), max_length=100)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True, default="")
    epithet = models.CharField(_("epithet"), max_length=100, blank=True, default="")
    about = models.TextField(_("about, for players"), blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    personality = models.TextField(_("personality"), blank=True, default="")
    scenario = models.TextField(_("scenario"), blank=True, default="")
    greetings = models.JSONField(_("greetings"), default=list)
    nickname = models.CharField(_("what {{char}} stands for, if not the name"), max_length=100, blank=True, default="")
    examples = models.TextField(_("examples"), blank=True, default="")
    system_prompt = models.TextField(_("system prompt"), blank=True, default="")
    post_history_instructions = models.TextField(_("post-history instructions"), blank=True, default="")
    creator_notes = models.TextField(_("author's note"), blank=True, default="")
    # {"text", "depth", "role"}: said again at this depth of the talk; empty without one.
    depth_prompt = models.JSONField(_("depth prompt"), default=dict)
    traits = models.JSONField(_("traits"), default=dict)
    generation = models.JSONField(_("generation parameters"), default=dict)
    memory_policy = models.JSONField(_("memory policy"), default=dict)
    portrait = models.JSONField(_("portrait"), default=dict)
    # A picture that was brought; without one `portrait` is drawn.
    picture = models.ForeignKey("characters.Asset", models.SET_NULL, related_name="+", null=True, blank=True)
    # Every picture it shows, those of its moods too: a picture stays as long as a version has it.
    pictures = models.ManyToManyField(
        "characters.Asset", verbose_name=_("pictures it shows"), related_name="versions", blank=True
    )
    presentation = models.JSONField(_("presentation"), default=dict)
    # The card that this version carries on: its unknown fields go out again with an export.
    card = models.ForeignKey("characters.CardOriginal", models.SET_NULL, related_name="+", null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("-number", "language")
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = (
            models.UniqueConstraint(name="version_unique_edition", fields=("character", "number", "language")),
            models.CheckConstraint(name="version_number_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(name="version_language_known", condition=models.Q(language__in=("en", "zh-hans"))),
            models.CheckConstraint(name="version_has_a_name", condition=~models.Q(name="")),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number}, {self.language})"

    def save(
        self,
        force_insert: bool | tuple[Any, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if not self._state.adding:
            raise VersionIsImmutable
        super().save(force_insert=True, using=using)

    @property
    def greeting(self) -> str:
        """The first thing said; empty when the character waits for the player."""
        return self.greetings[0] if self.greetings else ""
