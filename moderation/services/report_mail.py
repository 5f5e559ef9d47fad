"""Telling somebody by e-mail, where they asked for it, that a report of theirs is decided: what came of it is on the
site."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.selectors import profile_of
from moderation.models import Report


def send_outcome(report_id: UUID | str) -> bool:
    """In the person's language. False when there is nobody to tell, or who wants to be told."""
    report = Report.objects.select_related("reporter").filter(pk=report_id).exclude(state=Report.State.OPEN).first()
    if report is None or report.reporter is None or not report.reporter.email or not report.reporter.is_active:
        return False
    if not profile_of(report.reporter).mail_reports:
        return False
    with translation.override(report.reporter.language or settings.LANGUAGE_CODE):
        subject = render_to_string("emails/report_decided_subject.txt").strip()
        body = render_to_string("emails/report_decided_message.txt", {"day": report.created_at})
    send_mail(subject, body, None, [report.reporter.email])
    return True
