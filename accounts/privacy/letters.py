"""What is written to somebody about what is held of them. Sent from here, no task is handed an address: no queue keeps
one.
"""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Departure, Erasure

logger = logging.getLogger(__name__)


def say_when(departure: Departure, *, receipt: str, sign_in: str) -> None:
    """That they go, when, how it is called off, and where the receipt will be."""
    user = departure.user
    if user.email:
        send("departure_asked", user.email, user.language, due=departure.due_at, receipt=receipt, sign_in=sign_in)


def ask_heir(departure: Departure, *, link: str) -> None:
    heir = departure.heir
    if heir is not None and heir.email:
        send("departure_heir", heir.email, heir.language, link=link, due=departure.due_at)


def say_done(receipt: Erasure, link: str, address: str, language: str) -> None:
    send("departure_done", address, language, receipt=link, until=receipt.backups_until)


def send(name: str, address: str, language: str, **told: Any) -> None:
    """The letter of this name, in their language."""
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        subject = render_to_string(f"emails/{name}_subject.txt", told).strip()
        body = render_to_string(f"emails/{name}_message.txt", told)
    try:
        send_mail(subject, body, None, [address])
    except OSError as error:
        # The link was told on the page, too; what was asked for happens all the same.
        logger.warning("a letter was not sent: %s", type(error).__name__)
