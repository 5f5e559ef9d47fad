"""What went wrong with a model, said to somebody who writes: nothing of theirs is lost."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import ProductError
from inference.base import (
    BrokenStream,
    Declined,
    EmptyReply,
    ModelError,
    ModelUnavailable,
    RateLimitedByModel,
    Refused,
    TooSlow,
    Unreachable,
)


class ModelFailed(ProductError):
    code = "model_failed"
    status = 502
    message = _("The model did not finish. What you wrote is still here; try again.")


class Silent(ModelError):
    """It ended well, with nothing that can be used."""

    code = "model_silent"
    retryable = True


# First match: the more particular kinds stand above those they are made from.
_TOLD: tuple[tuple[type[ModelError], str, str | Promise], ...] = (
    (Silent, "model_silent", _("The model gave nothing that can be used. What you wrote is still here; try again.")),
    (
        EmptyReply,
        "model_silent",
        _("The model gave nothing that can be used. What you wrote is still here; try again."),
    ),
    (TooSlow, "model_too_slow", _("The model fell silent for too long. What you wrote is still here; try again.")),
    (
        RateLimitedByModel,
        "model_busy",
        _("The model is overrun right now. What you wrote is still here; try again in a moment."),
    ),
    (
        ModelUnavailable,
        "model_unreachable",
        _("The model cannot be reached. What you wrote is still here; try again in a moment."),
    ),
    (
        Unreachable,
        "model_unreachable",
        _("The model cannot be reached. What you wrote is still here; try again in a moment."),
    ),
    (
        Refused,
        "model_refused",
        _("The model refused the request. Say it in other words, or choose another model in the expert settings."),
    ),
    (
        Declined,
        "model_declined",
        _("The model's own safety rules ended this. What you wrote is still here; say it in other words."),
    ),
    (
        BrokenStream,
        "model_failed",
        _("What the model sent cannot be read. What you wrote is still here; try again."),
    ),
)


def in_words(error: ModelError, *, said: bool = False) -> ProductError:
    """`said`: something of the answer is there, so what matters is that it broke off."""
    for kind, code, sentence in _TOLD:
        if isinstance(error, kind) and not (said and code == "model_unreachable"):
            told = ModelFailed(sentence, retry_after=error.retry_after)
            told.code = code
            return told
    return ModelFailed(retry_after=error.retry_after)
