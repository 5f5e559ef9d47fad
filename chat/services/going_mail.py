"""Telling somebody by e-mail that the oldest lines of their talks go soon; which, they read on the site."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from chat.selectors.retention import NOTICE


def send_going(user_id: UUID) -> bool:
    """In the person's language. False when there is nobody to tell."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.email:
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {"days": settings.CHATS_KEPT_DAYS, "notice": NOTICE.days}
        subject = render_to_string("emails/talks_going_subject.txt", context).strip()
        body = render_to_string("emails/talks_going_message.txt", context)
    send_mail(subject, body, None, [user.email])
    return True
