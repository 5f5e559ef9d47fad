import datetime
from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task(name="accounts.tasks.forget_old_guests", ignore_result=True, time_limit=600, soft_time_limit=540)
def forget_old_guests(days: int = 30, batch: int = 200) -> None:
    """Guests whom nobody saw for a month, and sign-ups that were never verified, go with all they left."""
    from django.utils import timezone

    from accounts.erasure import forget_guests_idle_since

    while forget_guests_idle_since(timezone.now() - datetime.timedelta(days=days), limit=batch):
        pass


@shared_task(name="accounts.tasks.forget_old_requests", ignore_result=True, time_limit=300)
def forget_old_requests() -> int:
    """Answers to requests with an Idempotency-Key, a day later."""
    from django.utils import timezone

    from accounts.models import IdempotentRequest

    return IdempotentRequest.objects.filter(created_at__lt=timezone.now() - datetime.timedelta(days=1)).delete()[0]


@shared_task(name="accounts.tasks.clear_sessions", ignore_result=True, time_limit=280)
def clear_sessions() -> None:
    """Those that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
