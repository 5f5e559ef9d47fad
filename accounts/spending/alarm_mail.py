"""Telling by e-mail that a cap is used so far: the person whose it is, or whoever runs the house."""

from uuid import UUID

from django.conf import settings
from django.core.mail import mail_admins, send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Cap, CapAlarm, Role, User


def send_alarm(alarm_id: UUID | str) -> bool:
    """In the reader's language. False when there is nobody to tell."""
    alarm = CapAlarm.objects.select_related("cap", "user__profile").filter(pk=alarm_id).first()
    if alarm is None:
        return False
    if alarm.cap.scope in (Cap.Scope.PLATFORM, Cap.Scope.PLAN):
        with translation.override(settings.LANGUAGE_CODE):
            mail_admins(*_words(alarm))
        return bool(settings.ADMINS)
    if alarm.cap.scope == Cap.Scope.POOL:
        return _tell_organisation(alarm)
    if alarm.user is None or not alarm.user.email or not alarm.user.profile.mail_alarms:
        return False
    with translation.override(alarm.user.language or settings.LANGUAGE_CODE):
        subject, body = _words(alarm)
    send_mail(subject, body, None, [alarm.user.email])
    return True


def _tell_organisation(alarm: CapAlarm) -> bool:
    """Its owner and admins, each in their language."""
    runners = User.objects.filter(
        membership__organisation=alarm.cap.organisation_id,
        membership__role__in=(Role.OWNER, Role.ADMIN),
        profile__mail_alarms=True,
        email__isnull=False,
    )
    told = False
    for person in runners:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject, body = _words(alarm)
        told |= bool(send_mail(subject, body, None, [str(person.email)]))
    return told


def _words(alarm: CapAlarm) -> tuple[str, str]:
    context = {
        "alarm": alarm,
        "cap": alarm.cap,
        "is_day": alarm.cap.span == Cap.Span.DAY,
        "mine": alarm.user_id or alarm.cap.organisation_id,
    }
    subject = render_to_string("emails/cap_alarm_subject.txt", context).strip()
    return subject, render_to_string("emails/cap_alarm_message.txt", context)
