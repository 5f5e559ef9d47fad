from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from inference.address import UnusableAddress, checked_base
from inference.providers.kinds import added

# Only names of this form: the product's own secrets must not be sent anywhere by naming them here.
KEY_VARIABLE = RegexValidator(
    r"^[A-Z][A-Z0-9_]{0,50}_API_KEY\Z", _("Capital letters and digits, with _API_KEY at the end.")
)


def usable_address(value: str) -> None:
    try:
        checked_base(value)
    except UnusableAddress as error:
        raise ValidationError(str(error)) from error


class Kind(models.TextChoices):
    OPENAI = "openai", _("OpenAI, and what speaks its protocol")
    ANTHROPIC = "anthropic", _("Anthropic")
    GEMINI = "gemini", _("Google Gemini")


def kinds() -> list[tuple[str, Any]]:
    """Ours, and those that packages add. Asked whenever a form is made, so the database knows of none."""
    return [*Kind.choices, *added()]


class Safety(models.TextChoices):
    """In Google's own words."""

    VENDOR = "", _("as Google sets it")
    LOW = "BLOCK_LOW_AND_ABOVE", _("block what is even slightly likely to harm")
    MEDIUM = "BLOCK_MEDIUM_AND_ABOVE", _("block what is rather likely to harm")
    HIGH = "BLOCK_ONLY_HIGH", _("block only what is very likely to harm")
    NONE = "BLOCK_NONE", _("block nothing")


class Endpoint(models.Model):
    """A server that has models. Its key stays in the environment: here is only the name of the variable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("protocol"), max_length=40, choices=kinds, default=Kind.OPENAI)
    base_url = models.CharField(
        _("address"),
        max_length=300,
        validators=[usable_address],
        help_text=_(
            "As far as the version: https://api.openai.com/v1, https://api.anthropic.com/v1, https://generativelanguage.googleapis.com/v1beta."
        ),
    )
    key_variable = models.CharField(
        _("variable of the key"),
        max_length=60,
        blank=True,
        validators=[KEY_VARIABLE],
        help_text=_("Name of the environment variable that holds the key, such as ANTHROPIC_API_KEY. Never the key."),
    )
    first_token_seconds = models.PositiveSmallIntegerField(
        _("longest wait for the first word, in seconds"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    between_tokens_seconds = models.PositiveSmallIntegerField(
        _("longest silence within a reply, in seconds"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    total_seconds = models.PositiveSmallIntegerField(
        _("longest reply, in seconds"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    at_once = models.PositiveIntegerField(
        _("replies at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Of all processes together. Whoever comes later waits in line. Empty: no limit."),
    )
    ends_without_reason = models.BooleanField(
        _("ends without saying why"), default=False, help_text=_("Ollama does: its end mark alone counts as an end.")
    )
    safety = models.CharField(_("what Gemini blocks"), max_length=30, choices=Safety, default=Safety.VENDOR, blank=True)
    enabled = models.BooleanField(_("in use"), default=True)
    changed = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
