"""Why a card was refused, in words: with the field, and the limit it broke."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid


class CardError(Invalid):
    """`reason` is for programs ("too_large", "contradiction", …), `field` names the place, `limit` the bound."""

    code = "card_refused"
    message = _("This card cannot be read.")

    def __init__(
        self, reason: str, message: str | Promise | None = None, *, field: str = "file", limit: int | None = None
    ) -> None:
        self.reason, self.field, self.limit = reason, field, limit
        super().__init__(message, field=field, limit=limit, reason=reason)
