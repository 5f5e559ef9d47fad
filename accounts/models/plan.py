from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7

# What the plans of the release are called, where the operator says nothing else.
NAMES = {
    "guest": _("Guest"),
    "free": _("Free"),
    "premium": _("Premium"),
    "creator": _("Creator"),
    "unlimited": _("Unlimited"),
}


def _count(label: Any, help_text: Any = "") -> Any:
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


class Kept(models.Model):
    """How much an account on a plan can keep. Null: as the house says (`QUOTA_…`)."""

    most_characters = _count(_("characters"))
    most_drafts = _count(_("drafts"))
    most_lorebooks = _count(_("lorebooks"))
    most_texts = _count(_("texts that characters know"))
    most_letters = _count(_("letters in these texts"))
    most_pictures = _count(_("pictures"))
    most_picture_mb = _count(_("megabytes of pictures"))
    most_cards = _count(_("files of cards"))
    most_card_mb = _count(_("megabytes of cards"))
    most_webhooks = _count(_("webhooks"))
    most_rooms = _count(_("rooms"), _("That one person hosts. Empty: any number."))
    most_memories = _count(_("memories a character has of one player"))
    most_lines = _count(_("lines a character can recall word for word"))

    class Meta:
        abstract = True


class Plan(Kept):
    """How much somebody may say, have read, and keep. Null means no limit."""

    code = models.SlugField(
        _("code"), primary_key=True, max_length=30, help_text=_("Short and lasting: vouchers and prices refer to it.")
    )
    name = models.CharField(
        _("name"), max_length=60, blank=True, help_text=_("As people read it. Empty: what the release calls it.")
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=0, help_text=_("Of two plans that somebody has for a time, the higher one holds.")
    )
    messages_per_day = models.PositiveIntegerField(_("messages a day"), null=True, blank=True)
    embedded_per_day = models.PositiveIntegerField(
        _("letters embedded a day"),
        null=True,
        blank=True,
        help_text=_("Of what creators give their characters to know, and of lore that comes up by meaning."),
    )
    spoken_per_day = models.PositiveIntegerField(
        _("letters spoken a day"),
        null=True,
        blank=True,
        help_text=_("Of replies that a model says aloud. Browsers read more by themselves."),
    )
    burst = models.PositiveIntegerField(_("messages at once"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(_("messages a minute"), null=True, blank=True)
    per_hour = models.PositiveIntegerField(
        _("requests an hour"),
        null=True,
        blank=True,
        help_text=_("Whatever asks a model: lines, other takes, suggestions, test talks, programs."),
    )
    key_per_hour = models.PositiveIntegerField(
        _("requests an hour of one API key"), null=True, blank=True, help_text=_("Counted beside those of the person.")
    )
    api_per_minute = models.PositiveIntegerField(_("calls of the REST API a minute"), null=True, blank=True)
    turns_at_once = models.PositiveSmallIntegerField(
        _("replies at once"), null=True, blank=True, help_text=_("In all talks, tabs and programs together.")
    )
    context_tokens = models.PositiveIntegerField(
        _("tokens of a prompt and its reply"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1_000)],
        help_text=_("Never more than CONTEXT_TOKENS and the model allow."),
    )
    yields = models.PositiveSmallIntegerField(
        _("yields"),
        default=0,
        validators=[MaxValueValidator(90)],
        help_text=_("Refused first: once no more than so many per cent are left of what the whole site may say."),
    )
    premium = models.BooleanField(
        _("premium"), default=False, help_text=_("What is said on this plan earns creators their share.")
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("rank", "code")
        constraints = [
            models.CheckConstraint(
                name="plan_bucket_whole",
                condition=models.Q(burst__isnull=True, per_minute__isnull=True)
                # A null compared is neither true nor false, and a check that is not false holds.
                | models.Q(burst__isnull=False, burst__gte=1, per_minute__isnull=False, per_minute__gte=1),
                violation_error_message=_("Messages at once and messages a minute go together, and are 1 or more."),
            ),
            models.CheckConstraint(
                name="plan_buckets_hold_one",
                condition=models.Q(per_hour__isnull=True) | models.Q(per_hour__gte=1),
                violation_error_message=_("An hour holds 1 request or more."),
            ),
            models.CheckConstraint(
                name="plan_key_buckets_hold_one",
                condition=(models.Q(key_per_hour__isnull=True) | models.Q(key_per_hour__gte=1))
                & (models.Q(api_per_minute__isnull=True) | models.Q(api_per_minute__gte=1)),
                violation_error_message=_("Programs may call once, at least."),
            ),
            models.CheckConstraint(name="plan_yields_part", condition=models.Q(yields__lte=90)),
        ]

    # What a pace may have beside its plan (accounts.limits): an organisation's.
    pool = None

    def __str__(self) -> str:
        return self.name or str(NAMES.get(self.code, self.code))


class UsageDay(models.Model):
    """What somebody used on one day (UTC). Written by the statements of `accounts.limits`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("person"))
    day = models.DateField(_("day"))
    messages = models.PositiveIntegerField(_("messages"), default=0, db_default=0)
    embedded = models.PositiveBigIntegerField(_("letters embedded"), default=0, db_default=0, help_text=_("Letters."))
    spoken = models.PositiveBigIntegerField(_("letters spoken"), default=0, db_default=0, help_text=_("Letters."))

    class Meta:
        verbose_name = _("day of use")
        verbose_name_plural = _("days of use")
        constraints = [models.UniqueConstraint(name="usageday_user_day", fields=["user", "day"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
