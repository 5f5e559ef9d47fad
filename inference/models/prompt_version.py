from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class PromptVersion(models.Model):
    """One version of a template. Its text never changes once it was in force, so that what was sent can be told later.

    What the product ships is written down too (`shipped`), and stays when the next release ships another. While no
    version is live, the shipped file is in force.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        LIVE = "live", _("in force")
        RETIRED = "retired", _("retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("template"), max_length=80)
    version = models.CharField(_("version"), max_length=40)
    text = models.TextField(_("text"))
    note = models.CharField(_("what is different"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.DRAFT)
    shipped = models.BooleanField(_("shipped with the product"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        ordering = ("name", "-id")
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        permissions = (("promote_promptversion", "Can put prompts in force"),)
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="one_text_a_prompt_version"),
            models.UniqueConstraint(fields=("name",), condition=Q(state="live"), name="one_live_version_a_prompt"),
            models.CheckConstraint(condition=Q(state__in=("draft", "live", "retired")), name="prompt_version_state"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def was_compared(self) -> bool:
        """Whether it is, or was, an arm of an experiment that was started."""
        return self.arms.filter(experiment__started_at__isnull=False).exists()


class PromptMove(models.Model):
    """Who put which version in force, and when. `before` and `after` are empty for the shipped file."""

    class Action(models.TextChoices):
        PROMOTE = "promote", _("put in force")
        ROLLBACK = "rollback", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    action = models.CharField(max_length=8, choices=Action.choices)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("name", "-id"), name="prompt_moves"),)
        verbose_name = _("change of a prompt in force")
        verbose_name_plural = _("changes of prompts in force")

    def __str__(self) -> str:
        return f"{self.name}: {self.before or '–'} → {self.after or '–'}"
