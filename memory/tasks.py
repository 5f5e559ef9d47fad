"""What Celery does for memory by itself. What was said is handed to it by `chat.tasks`."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from inference.base import ModelError

NIGHT = timedelta(hours=1)


@shared_task(time_limit=3_900, acks_late=False)
def sweep_memories() -> None:
    """Fading, merging, emptying; as far as it comes in an hour. Not begun a second time: the next night goes on."""

    from memory.services.sweeping import sweep

    sweep(until=timezone.now() + NIGHT)


@shared_task(bind=True, time_limit=600, max_retries=6)
def embed_memories(self: Any, pair_id: str) -> int:
    """Vectors for what a pair has none of yet; tried for about ten minutes, and again with the next thing written."""
    from memory.services.embedding import embed_pair

    try:
        return embed_pair(UUID(pair_id))
    except ModelError as error:
        if not error.retryable:
            raise
        raise self.retry(exc=error, countdown=10 * 2**self.request.retries) from error
