import structlog
from celery import shared_task
from django.conf import settings

from operations.backups.taking import prune, take

log = structlog.get_logger(__name__)
HOURS = 6 * 3600


@shared_task(time_limit=HOURS, acks_late=False)
def back_up() -> None:
    """Every night, where BACKUP_DIR says whereto and BACKUP_KEYS under what.

    Not begun a second time: the next night does it again.
    """
    if settings.BACKUP_DIR and settings.BACKUP_KEYS:
        folder = take()
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
