from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings

from operations.backups.errors import AnotherRuns
from operations.backups.taking import newest_age, prune, take

log = structlog.get_logger(__name__)
HOURS = 6 * 3600
AGAIN = timedelta(minutes=10)


@shared_task(time_limit=HOURS, acks_late=False)
def back_up() -> None:
    """Every night, where BACKUP_DIR says whereto and BACKUP_KEYS under what.

    Not begun a second time: the next night does it again. Asked for twice, as by a beat that has just taken another
    one's place, it is done once.
    """
    if not (settings.BACKUP_DIR and settings.BACKUP_KEYS):
        return
    age = newest_age()
    if age is not None and age < AGAIN:
        log.info("backup_is_there", seconds=age.total_seconds())
        return
    try:
        folder = take()
    except AnotherRuns:
        log.info("backup_is_being_taken")
        return
    log.info("backup_taken", name=folder.name, pruned=len(prune()))


@shared_task(time_limit=600)
def count_site() -> int:
    """The operators' figures, up to now."""
    from operations.analytics.counting import count_on

    return count_on()


@shared_task(time_limit=30)
def show_that_work_is_done() -> None:
    """For the status page: beat asked, a worker did."""
    from operations.status.recording import worked

    worked()
