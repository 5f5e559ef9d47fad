"""Telling an author what was decided on their request, or that a moderator hid what was shown."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from characters.checks import says
from characters.models import Publication, PublishingRequest

State = PublishingRequest.State


def send_decision(request_id: UUID | str, model: str = Publication._meta.label) -> bool:
    """In the author's language; `model` is that of the request. False when there is nobody to tell, or nothing that was
    decided.
    """
    requests: Any = apps.get_model(model)
    found = requests.objects.select_related("asked_by__profile", "version").filter(pk=request_id).first()
    if found is None or found.decided_by_id is None or not found.asked_by.email:
        return False
    if not found.asked_by.profile.mail_decisions:
        return False
    with translation.override(found.asked_by.language or settings.LANGUAGE_CODE):
        context = {
            "publication": found,
            "granted": found.state == State.GRANTED,
            "hidden": found.state == State.HIDDEN,
            "name": found.name,
            "number": found.version.number,
            "findings": [{"says": says(each["rule"]), **each} for each in found.findings],
        }
        subject = render_to_string("emails/publication_decided_subject.txt", context).strip()
        body = render_to_string("emails/publication_decided_message.txt", context)
    send_mail(subject, body, None, [found.asked_by.email])
    return True
