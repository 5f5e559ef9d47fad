"""Mails of the account pages go out by the workers: no page waits for a mail server, or tells by its time what is.

The broker is no place for addresses and links of people: what waits there is sealed.
"""

import json

from django.core.mail import EmailMessage, EmailMultiAlternatives
from kombu.exceptions import OperationalError

from accounts import tasks
from accounts.encryption import open_for_site, seal_for_site
from accounts.errors import Unavailable


def post(mail: EmailMessage) -> None:
    """Unavailable when nothing takes it."""
    told = {
        "subject": str(mail.subject),
        "body": str(mail.body),
        "from_email": mail.from_email,
        "to": list(mail.to),
        "headers": dict(mail.extra_headers),
    }
    try:
        tasks.send_mail.delay(seal_for_site(json.dumps(told)))
    except OperationalError as error:
        raise Unavailable from error


def send_sealed(sealed: str) -> None:
    EmailMultiAlternatives(**json.loads(open_for_site(sealed))).send()
