"""Telling somebody by e-mail that there is a decision about them; what it is, they read on the site."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from moderation.models import Appeal, Notice


def send_notice(notice_id: UUID | str) -> bool:
    """In the person's language. False when there is nobody to tell."""
    notice = Notice.objects.select_related("user", "sanction", "appeal").filter(pk=notice_id).first()
    if notice is None or not notice.user.email:
        return False
    appeal: Appeal | None = getattr(notice, "appeal", None)
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        context = {
            "decided": appeal is not None and appeal.state != Appeal.State.OPEN,
            "until": notice.appeal_until,
        }
        subject = render_to_string("emails/notice_subject.txt", context).strip()
        body = render_to_string("emails/notice_message.txt", context)
    send_mail(subject, body, None, [notice.user.email])
    return True
