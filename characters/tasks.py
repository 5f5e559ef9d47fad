"""What Celery does for characters. Tasks may run twice and may find nothing to do."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from celery import shared_task

from accounts.queueing import queue_on_commit as queue_on_commit  # for the apps above
from inference.base import ModelError

logger = logging.getLogger(__name__)


@shared_task(time_limit=60, acks_late=True)
def deliver_webhook(delivery_id: str) -> None:
    """One attempt; a later one is `deliver_due_webhooks`'s."""
    from characters.services.webhooks import send

    send(delivery_id)


@shared_task(time_limit=60)
def deliver_due_webhooks() -> int:
    """Hand out what is due again, and what was lost on the way here."""
    from characters.services.webhooks import due

    waiting = due()
    for delivery_id in waiting:
        deliver_webhook.delay(str(delivery_id))
    return len(waiting)


@shared_task(time_limit=300)
def forget_old_deliveries() -> int:
    from characters.services.webhooks import forget_old_deliveries

    return forget_old_deliveries()


@shared_task(time_limit=60, autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def tell_decision(request_id: str, model: str = "characters.Publication") -> None:
    """An e-mail to the author, about a request to show their work that was decided."""
    from characters.services.decision_mail import send_decision

    send_decision(request_id, model)


@shared_task(bind=True, time_limit=280, max_retries=6)
def read_knowledge(self: Any, knowledge_id: str) -> int:
    """Embed a text that a creator gave; tried for about five minutes, then the author is told."""
    from characters.models import Knowledge
    from characters.services import reading

    return _read(self, reading.read_knowledge, Knowledge, UUID(knowledge_id))


@shared_task(bind=True, time_limit=280, max_retries=6)
def read_entries(self: Any, book_id: str) -> int:
    """Embed the entries of a lorebook that come up by meaning; tried as `read_knowledge`."""
    from characters.models import Lorebook
    from characters.services import reading

    return _read(self, reading.read_entries, Lorebook, UUID(book_id))


def _read(task: Any, read: Callable[[UUID], int], kind: Any, row_id: UUID) -> int:
    from characters.services.tries import could_not_read

    try:
        return read(row_id)
    except ModelError as error:
        if error.retryable and task.request.retries < task.max_retries:
            raise task.retry(exc=error, countdown=wait_before(task.request.retries, error)) from error
        could_not_read(kind, row_id, error.code, again=error.retryable)
    except Exception:
        # Told by id and place alone: what is raised further up is logged with its message, which may quote the text.
        logger.exception("%s %s could not be read", kind.__name__, row_id)
        could_not_read(kind, row_id, "internal", again=False)
    return 0


def wait_before(tries: int, error: ModelError) -> float:
    """Seconds: 5, 10, 20, … or what the provider asked for."""
    return max(5.0 * 2**tries, min(error.retry_after or 0, 120.0))


@shared_task(time_limit=60)
def read_what_waits() -> int:
    """Texts and lorebooks whose task was lost or came to nothing, and those that another embedding model read."""
    from characters.services.tries import due

    texts, books = due()
    for knowledge_id in texts:
        read_knowledge.delay(str(knowledge_id))
    for book_id in books:
        read_entries.delay(str(book_id))
    return len(texts) + len(books)


@shared_task(time_limit=600)
def empty_trash() -> None:
    """What authors deleted more than thirty days ago."""
    from accounts.retention import run

    run("works")


@shared_task(time_limit=300)
def forget_removed_entries() -> int:
    from characters.services.lore import forget_removed_entries

    return forget_removed_entries()


@shared_task(time_limit=300)
def forget_unused_pictures() -> int:
    from characters.services.assets import forget_unused_pictures

    return forget_unused_pictures()


@shared_task(time_limit=300)
def write_ledger() -> int:
    """This month's earnings so far; months that are over are closed."""
    from characters.services.earnings import write_ledger

    return write_ledger()
