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


@shared_task(time_limit=280)
def count_days() -> int:
    """What happened with characters since the last time, and who is trending."""
    from chat.services.statistics import roll_up_days

    return roll_up_days()


@shared_task(time_limit=600)
def count_talks() -> None:
    """The longer looks back: weeks and months, openings, lengths, lore."""
    from chat.services import statistics

    statistics.roll_up_spans()
    statistics.roll_up_talks()
    statistics.roll_up_lore()
