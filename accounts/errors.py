"""Errors with a name and a sentence that may be shown to anybody.

Raised in services; pages, REST and frames each translate them in one place.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOON = 2.0  # seconds, where nobody knows when


class ProductError(Exception):
    """`code` is for programs, `message` for people; `extra` (limit, retry_after, field) goes along."""

    code: str = "error"
    status: int = 400
    message: str | Promise = _("That did not work.")

    def __init__(self, message: str | Promise | None = None, **extra: Any) -> None:
        if message is not None:
            self.message = message
        self.extra: dict[str, Any] = {name: value for name, value in extra.items() if value is not None}
        super().__init__(self.code)

    def as_dict(self) -> dict[str, Any]:
        """What an answer carries: code, translated message and the extras."""
        return {"code": self.code, "message": str(self.message), **self.extra}


class Invalid(ProductError):
    """`field` names what was wrong, `limit` the bound it broke."""

    code = "invalid"
    status = 400
    message = _("That is not something we can take.")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        field: str | None = None,
        limit: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message, field=field, limit=limit, **extra)


class TooLong(Invalid):
    code = "too_long"
    message = _("That is too long.")


class TooLarge(ProductError):
    """`limit` is in bytes, or how many."""

    code = "too_large"
    status = 413
    message = _("That is too large.")


class SignInNeeded(ProductError):
    code = "sign_in_needed"
    status = 401
    message = _("Please sign in first.")


class Forbidden(ProductError):
    code = "forbidden"
    status = 403
    message = _("You may not do that.")


class NotFound(ProductError):
    """Also for what exists but belongs to somebody else: the two look alike."""

    code = "not_found"
    status = 404
    message = _("There is nothing here.")


class Conflict(ProductError):
    code = "conflict"
    status = 409
    message = _("Something changed in the meantime.")


class Busy(Conflict):
    code = "busy"
    message = _("A reply is still being written.")


class RateLimited(ProductError):
    """`retry_after` is in seconds; `limit` names the bucket; `rates` is what is left of each (accounts.limits)."""

    code = "rate_limited"
    status = 429
    message = _("That was a little fast. Please wait a moment.")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        retry_after: float,
        limit: str | None = None,
        rates: tuple[Any, ...] = (),
        **extra: Any,
    ) -> None:
        super().__init__(message, retry_after=retry_after, limit=limit, **extra)
        self.rates = rates


class Overloaded(RateLimited):
    """Everybody together asks for more than the site can do, and others go first."""

    code = "overloaded"
    status = 503
    message = _("So much is being said right now that some have to wait. Please try again in a moment.")


class TooManyTurns(RateLimited):
    """As many replies are under way for this person as their plan allows; `most` of them."""

    code = "too_many_turns"
    message = _("As many replies are being written for you as your plan allows. Wait until one of them has ended.")

    def __init__(self, *, most: int, rates: tuple[Any, ...] = ()) -> None:
        super().__init__(retry_after=SOON, limit="turns", rates=rates, most=most)


class AllowanceUsedUp(ProductError):
    """`limit` is how much there is a day, if nothing else is said of messages; `retry_after` the seconds until then."""

    code = "allowance_used_up"
    status = 429
    message = _("Today's messages are used up. Tomorrow there are new ones.")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        limit: int | None = None,
        retry_after: float | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message, limit=limit, retry_after=retry_after, **extra)


class ContentLost(ProductError):
    """The data key was destroyed, or the value is not what was sealed at this place."""

    code = "content_lost"
    status = 410
    message = _("This content can no longer be read.")


class Sealed(ContentLost):
    """A passphrase locks it, and nobody has opened it in this process."""

    code = "sealed"
    status = 423
    message = _("This talk is sealed. Open it with its passphrase first.")


class Unavailable(ProductError):
    """A service we depend on is away; nothing was changed."""

    code = "unavailable"
    status = 503
    message = _("This is not possible right now. Please try again in a moment.")


class SpendCap(ProductError):
    """A cap leaves too little for this call: it was not made. `limit` is the cap in tokens or millionths of `currency`,
    `cap` whose it is, `span` day or month; `retry_after` the seconds until it begins anew."""

    code = "spend_cap"
    status = 429
    message = _("What is left of what models may be used is not enough for this.")


class SpendingUncounted(Unavailable):
    """Redis is away, and there is a cap: nobody knows what is left of it."""

    message = _(
        "What models may be used cannot be counted right now, so nothing was asked. Please try again in a moment."
    )
