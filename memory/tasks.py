"""What Celery does for memory by itself. What was said is handed to it by `chat.tasks`."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

NIGHT = timedelta(hours=1)


@shared_task(time_limit=3_900)
def sweep_memories() -> None:
    """Fading, merging, emptying; as far as it comes in an hour."""

    from memory.services.sweeping import sweep

    sweep(until=timezone.now() + NIGHT)
