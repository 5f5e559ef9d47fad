import datetime

from celery import shared_task


@shared_task(name="accounts.tasks.forget_old_guests", ignore_result=True, time_limit=600, soft_time_limit=540)
def forget_old_guests(days: int = 30, batch: int = 200) -> None:
    """Guests whom nobody saw for a month, and sign-ups that were never verified, go with all they left."""
    from django.utils import timezone

    from accounts.erasure import forget_guests_idle_since

    while forget_guests_idle_since(timezone.now() - datetime.timedelta(days=days), limit=batch):
        pass
