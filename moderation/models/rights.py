from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class RightsNotice(models.Model):
    """Somebody says that a character or a story takes their work, or their likeness, without leave; what its author
    answers.

    Who writes one is known to moderators, and may be named to the author: the form says so. `counter` is sealed under
    the author's key. `was` is who saw it before it was hidden.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("I hold the rights")
        AGENT = "agent", _("I act for who holds them")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        HIDDEN = "hidden", _("taken off the stage")
        REFUSED = "refused", _("unfounded")
        RESTORED = "restored", _("shown again")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Of a character, and what was on stage when the notice came.
    character = models.ForeignKey(
        "characters.Character", models.CASCADE, related_name="+", null=True, verbose_name=_("character")
    )
    version = models.ForeignKey(
        "characters.CharacterVersion", models.CASCADE, related_name="+", null=True, verbose_name=_("version")
    )
    # The same, of a story.
    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="+", null=True, verbose_name=_("story"))
    story_version = models.ForeignKey(
        "stories.StoryVersion", models.CASCADE, related_name="+", null=True, verbose_name=_("version of the story")
    )
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=5, choices=Role.choices)
    holder = models.CharField(_("who holds the rights"), max_length=200)
    email = models.EmailField(_("e-mail"))
    address = models.CharField(_("postal address or telephone"), max_length=300)
    work = models.TextField(_("the work"), max_length=2_000)
    taken = models.TextField(_("what was taken"), max_length=2_000)
    signature = models.CharField(_("signature"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    was = models.CharField(_("shown before to"), max_length=8, blank=True, default="")
    counter = models.BinaryField(default=bytes)
    countered_at = models.DateTimeField(_("counter-notice"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name = _("notice of a rights holder")
        verbose_name_plural = _("notices of rights holders")
        constraints = (
            models.CheckConstraint(
                name="rights_decided",
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & ~Q(decided_at=None),
            ),
            models.CheckConstraint(
                name="rights_of_one_thing",
                condition=Q(character=None, story__isnull=False) | Q(character__isnull=False, story=None),
            ),
        )

    @property
    def waits_for_second(self) -> bool:
        """Its author has answered, and nobody has decided since."""
        return self.countered_at is not None and self.decided_at is not None and self.countered_at > self.decided_at

    @property
    def kind(self) -> str:
        """A `Case.Kind`, one of `Case.MADE`."""
        return "story" if self.story_id else "character"

    @property
    def subject(self) -> Any:
        """What is complained of."""
        return self.story if self.story_id else self.character

    @property
    def subject_id(self) -> UUID:
        return self.story_id or self.character_id  # type: ignore[return-value]  # the constraint keeps one of them

    @property
    def on_stage(self) -> Any:
        """The version that was, when the notice came."""
        return self.story_version if self.story_id else self.version

    def __str__(self) -> str:
        return str(self.pk)
