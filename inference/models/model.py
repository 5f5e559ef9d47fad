from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from inference.models.endpoint import Endpoint


def _price(label: Any) -> Any:
    return models.DecimalField(
        label, max_digits=12, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Model(models.Model):
    """A model that characters may ask for by its public name. The first in the order is the house's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="models", verbose_name=_("endpoint"))
    name = models.CharField(_("public name"), max_length=80, unique=True, help_text=_("What authors and players see."))
    served_as = models.CharField(
        _("name at the endpoint"), max_length=200, blank=True, help_text=_("Empty: the same as the public name.")
    )
    context_window = models.PositiveIntegerField(_("context window, in tokens"), null=True, blank=True)
    most_reply = models.PositiveIntegerField(_("longest reply, in tokens"), null=True, blank=True)
    price_in = _price(_("price of a million tokens in"))
    price_cached = _price(_("price of a million tokens in, from the cache"))
    price_written = _price(_("price of a million tokens in that go into the cache"))
    price_out = _price(_("price of a million tokens out"))
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters."))],
    )
    json = models.BooleanField(_("answers to a JSON schema"), default=True)
    prefill = models.BooleanField(
        _("carries on a last line of its own"),
        default=False,
        help_text=_(
            "Most servers of your own do. Anthropic's models from 4.6 on refuse it. Others are asked in words."
        ),
    )
    sampling = models.BooleanField(
        _("takes temperature and top_p"), default=True, help_text=_("Models that reason often refuse them.")
    )
    seed = models.BooleanField(_("takes a seed"), default=True)
    images = models.BooleanField(_("sees pictures"), default=False)
    plans = models.ManyToManyField(
        "accounts.Plan", blank=True, related_name="+", verbose_name=_("plans"), help_text=_("None: every plan.")
    )
    fallback = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who steps in"),
        help_text=_("Answers where this one cannot, as long as nothing has been said."),
    )
    hedge_after = models.PositiveIntegerField(
        _("ask who steps in too, after so many milliseconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(100), MaxValueValidator(60_000)],
        help_text=_(
            "Where nothing was said until then, two are asked at once and whoever speaks first answers. The other one’s"
            " question has to be paid too. Empty: one after the other."
        ),
    )
    order = models.PositiveSmallIntegerField(_("place"), default=100)
    enabled = models.BooleanField(_("in use"), default=True)
    changed = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def model_name(self) -> str:
        """As the endpoint knows it."""
        return self.served_as or self.name

    def clean(self) -> None:
        seen, step = {self.pk}, self.fallback
        while step is not None:
            if step.pk in seen:
                raise ValidationError({"fallback": _("These would step in for each other without end.")})
            seen.add(step.pk)
            step = step.fallback
