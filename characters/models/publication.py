from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models.character import Visibility


class Publication(models.Model):
    """A request to show a release to others, and what was decided. At most one waits for each character.

    A moderator who hides a character leaves one too: `hidden`, with the reason.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a decision")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the author")
        HIDDEN = "hidden", _("shown, and hidden by a moderator")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="publications")
    version = models.ForeignKey("characters.CharacterVersion", models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The release was on stage already: it is about what changed of these.
    lore_alone = models.BooleanField(_("lore and knowledge alone"), default=False)
    visibility = models.CharField(_("asked for"), max_length=12, choices=Visibility.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    # What stands against it: [{"rule": code, "field": name, "excerpt": text}], from the check or the moderator.
    findings = models.JSONField(_("findings"), default=list)
    reason = models.TextField(_("reason, for the author"), blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("publishing request")
        verbose_name_plural = _("publishing requests")
        constraints = (
            models.UniqueConstraint(
                name="publication_one_waiting", fields=("character",), condition=models.Q(state="waiting")
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
