"""What a failed turn tells the player: what happened, what was kept, what to do."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.errors import ProductError, RateLimited
from chat import protocol
from inference.base import (
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
    message = _("The model did not finish. What was said is kept; try another take or carry on.")


class ModelTooSlow(ModelFailed):
    code = "model_too_slow"
    message = _("The model fell silent for too long. What was said is kept; try another take or carry on.")


class ModelBusy(ModelFailed):
    code = "model_busy"
    message = _("The model is overrun right now. Your line is kept; ask for the reply again in a moment.")


class ModelUnreachable(ModelFailed):
    code = "model_unreachable"
    message = _("The model cannot be reached. Your line is kept; ask for the reply again in a moment.")


class ModelRefused(ModelFailed):
    code = "model_refused"
    message = _("The model refused the request. Your line is kept; the operator finds the reason in the log.")


class ModelDeclined(ModelFailed):
    code = "model_declined"
    message = _("The model's own safety rules ended this. What was said is kept; say it in other words.")


class NotStored(ProductError):
    code = "not_stored"
    status = 503
    message = _("The reply could not be stored yet. It will appear when the database is back.")


class NothingRuns(ProductError):
    code = "nothing_running"
    status = 409
    message = _("Nobody is speaking right now.")


class Internal(ProductError):
    code = "internal"
    status = 500
    message = _("Something went wrong on our side. Your line is kept.")


class ModelSilent(ModelFailed):
    code = "model_silent"
    message = _("The model had nothing to say. Your line is kept; ask for the reply again.")


# First match: the more particular kinds stand above those they are made from.
_PUBLIC: tuple[tuple[type[ModelError], type[ProductError]], ...] = (
    (EmptyReply, ModelSilent),
    (TooSlow, ModelTooSlow),
    (RateLimitedByModel, ModelBusy),
    (ModelUnavailable, ModelUnreachable),
    (Unreachable, ModelUnreachable),
    (Refused, ModelRefused),
    (Declined, ModelDeclined),
)


def public(error: ModelError, *, said: bool = False) -> ProductError:
    """`said`: something of the reply is there, so what matters is that it broke off."""
    chosen = next((told for kind, told in _PUBLIC if isinstance(error, kind)), ModelFailed)
    if said and chosen is ModelUnreachable:
        chosen = ModelFailed
    return chosen(retry_after=error.retry_after) if error.retry_after else chosen()


def frame(error: ProductError, client_id: UUID | None = None) -> protocol.Error:
    extra = error.extra
    limit = extra.get("limit")
    return protocol.Error(
        code=error.code,
        message=str(error.message),
        limit=limit if isinstance(limit, int) else None,
        retry_after=extra.get("retry_after"),
        client_id=client_id,
        rule=extra.get("rule"),
        reason=extra.get("reason"),
        left=protocol.left_of(error.rates) if isinstance(error, RateLimited) else None,
    )
