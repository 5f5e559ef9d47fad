from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Experiment(models.Model):
    """What is compared on talks. Once it was started its arms do not change, so that what was counted means one thing.

    One of each kind runs at a time: no talk is in two that disturb each other.
    """

    class Kind(models.TextChoices):
        PROMPT = "prompt", _("versions of a prompt")
        MODEL = "model", _("models")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("what is compared"), max_length=6, choices=Kind.choices, default=Kind.PROMPT)
    percent = models.PositiveSmallIntegerField(
        _("part of the talks, in per cent"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of those that begin after it is started. The others get what is in force."),
    )
    note = models.TextField(
        _("what is expected"),
        blank=True,
        help_text=_("Written down beforehand: which number should move, and how far."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    winner = models.ForeignKey("ExperimentArm", models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ("-id",)
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        permissions = (("run_experiment", "Can start and stop experiments"),)
        constraints = (
            models.UniqueConstraint(
                fields=("kind",),
                condition=Q(started_at__isnull=False, stopped_at=None),
                name="one_running_experiment_a_kind",
            ),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="experiment_percent"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.stopped_at is None


class ExperimentArm(models.Model):
    """One of what is compared: a version of a prompt, or a model with whoever steps in for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="arms")
    label = models.CharField(_("arm"), max_length=1, blank=True, default="", editable=False)
    # What replies were made by stays, so that they can be told.
    prompt = models.ForeignKey(
        "inference.PromptVersion", models.PROTECT, null=True, blank=True, related_name="arms", verbose_name=_("prompt")
    )
    model = models.CharField(_("model"), max_length=80, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ("label", "id")
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        constraints = (
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="experiment_arm_weight"),
            models.CheckConstraint(
                condition=Q(prompt__isnull=True) ^ Q(model=""),
                name="experiment_arm_is_prompt_or_model",
                violation_error_message=_("An arm gives a version of a prompt, or a model."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.gives}"

    @property
    def gives(self) -> str:
        return str(self.prompt) if self.prompt_id else self.model
