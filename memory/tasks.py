"""Work on memories that nobody waits for."""

from typing import Any
from uuid import UUID

from celery import shared_task

from inference.base import ModelError


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
