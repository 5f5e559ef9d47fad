"""What Celery does for the chat. Tasks may run twice and may find nothing to do."""

import asyncio

from celery import shared_task

from chat.models import partitions


@shared_task(time_limit=60)
def sweep_turns() -> int:
    """Settle turns of dead processes also when no server process is left to do it."""
    from chat.services.turns.sweep import sweep_once

    return asyncio.run(sweep_once())


@shared_task(time_limit=120)
def make_partitions() -> int:
    """Twelve months of messages ahead."""
    return len(partitions.make_partitions())
