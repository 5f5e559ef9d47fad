"""What a creator is told of events, and of why a delivery did not arrive."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from characters.models import Delivery
from characters.services.webhooks import PING

EVENT_NAMES: dict[str, str | Promise] = {
    "character.published": _("A character of yours was published"),
    "character.reported": _("A character of yours was reported"),
    "character.milestone": _("A character of yours reached 100, 1,000, 10,000 … talks"),
    PING: _("A test"),
}
REASONS: dict[str, str | Promise] = {
    "forbidden_address": _("The address leads into a private network."),
    "unresolved": _("There is no server of that name."),
    "timeout": _("There was no answer within ten seconds."),
    "tls": _("The certificate of the server is not valid."),
    "connection": _("The server could not be reached."),
    "protocol": _("What answered was no web server."),
    "switched_off": _("The webhook was paused."),
    "secret_lost": _("The secret can no longer be read. Have a new one made."),
}


def event_name(event: str) -> str:
    return str(EVENT_NAMES.get(event, event))


def how_it_went(delivery: Delivery) -> str:
    """One sentence about the last attempt; empty before the first."""
    if delivery.status is not None:
        told = gettext("Your server answered %(status)s.") % {"status": delivery.status}
        return f"{told} {gettext('Redirects are not followed.')}" if 300 <= delivery.status < 400 else told
    return str(REASONS.get(delivery.error, delivery.error))
