"""What Celery does for the chat. Tasks may run twice and may find nothing to do."""

import asyncio
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

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
def count_spans() -> int:
    """The weeks and months that are not final yet."""
    from chat.services.statistics import roll_up_spans

    return roll_up_spans()


@shared_task(time_limit=600)
def count_talks() -> None:
    """The longer looks back: openings, lengths, lore."""
    from chat.services import statistics

    statistics.roll_up_talks()
    statistics.roll_up_lore()


@shared_task(time_limit=600, soft_time_limit=540)
def empty_trash(days: int = 30) -> None:
    """Talks are kept in the trash for thirty days, as their pages say; lines taken out of a talk as long."""
    from chat.erasure import empty_trash
    from chat.services.checkpoints import forget_checkpoints
    from chat.services.removals import forget_removed

    before = timezone.now() - timedelta(days=days)
    while empty_trash(thrown_before=before):
        pass
    while forget_removed(removed_before=before):
        pass
    forget_checkpoints(deleted_before=before)


@shared_task(time_limit=280)
def forget_temporary_talks() -> None:
    """An hour after their last page was closed."""
    from chat.services.temporary import forget_expired

    while forget_expired():
        pass
