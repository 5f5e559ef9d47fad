from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models.character import Visibility


class PublishingRequest(models.Model):
    """A request to show a version of somebody's work to others, and what was decided; at most one waits for each work.

    A moderator who hides a work leaves one too: `hidden`, with the reason. Each kind of work has a model of its own,
    with the work (named in `of`, whose requests are its `publications`), its `version` and its `visibility`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a decision")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the author")
        HIDDEN = "hidden", _("shown, and hidden by a moderator")

    of: ClassVar[str]
    # Columns that lists have no use for.
    heavy: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    # What stands against it: [{"rule": code, "field": name, "excerpt": text}].
    findings = models.JSONField(_("findings"), default=list)
    reason = models.TextField(_("reason, for the author"), blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def work(self) -> Any:
        return getattr(self, self.of)

    @property
    def name(self) -> str:
        """What the version calls the work, to whoever reads."""
        raise NotImplementedError


class Publication(PublishingRequest):
    of = "character"

    character = models.ForeignKey(
        "characters.Character", models.CASCADE, related_name="publications", verbose_name=_("character")
    )
    version = models.ForeignKey(
        "characters.CharacterVersion", models.CASCADE, related_name="+", verbose_name=_("version")
    )
    # The release was on stage already: it is about what changed of these.
    lore_alone = models.BooleanField(_("lore and knowledge alone"), default=False)
    visibility = models.CharField(_("asked for"), max_length=12, choices=Visibility.choices)

    class Meta(PublishingRequest.Meta):
        verbose_name = _("publishing request")
        verbose_name_plural = _("publishing requests")
        constraints = (
            models.UniqueConstraint(
                name="publication_one_waiting", fields=("character",), condition=models.Q(state="waiting")
            ),
        )

    @property
    def name(self) -> str:
        return self.version.name
