"""What Celery does for characters. Tasks may run twice and may find nothing to do."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import transaction

from inference.base import ModelError


def queue_on_commit(task: Any, *arguments: str) -> None:
    """Once what was written is committed. Without a queue the work is left out, or waits for a sweep: whoever caused it
    must not notice."""

    # A function, not a partial: Django names it in the log when it fails.
    def queue() -> None:
        task.apply_async(arguments, retry=False)

    transaction.on_commit(queue, robust=True)


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


@shared_task(time_limit=300)
def forget_deleted_drafts() -> int:
    from characters.services.drafts import forget_deleted_drafts

    return forget_deleted_drafts()


@shared_task(time_limit=300)
def forget_deleted_characters() -> int:
    from characters.services.shelf import forget_deleted_characters

    return forget_deleted_characters()


@shared_task(time_limit=60, autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def tell_decision(publication_id: str) -> None:
    """An e-mail to the author, about a request that was decided."""
    from characters.services.decision_mail import send_decision

    send_decision(publication_id)


@shared_task(bind=True, time_limit=280, max_retries=6)
def read_knowledge(self: Any, knowledge_id: str) -> int:
    """Embed a text that a creator gave; tried for about five minutes, then the author is told."""
    from characters.services import reading

    try:
        return reading.read_knowledge(UUID(knowledge_id))
    except ModelError as error:
        if error.retryable and self.request.retries < self.max_retries:
            raise self.retry(exc=error, countdown=wait_before(self.request.retries, error)) from error
        reading.give_up(UUID(knowledge_id), error.code)
    except Exception:
        reading.give_up(UUID(knowledge_id), "internal")
        raise
    return 0


@shared_task(bind=True, time_limit=280, max_retries=6)
def read_entries(self: Any, book_id: str) -> int:
    """Embed the entries of a lorebook that come up by meaning."""
    from characters.services import reading

    try:
        return reading.read_entries(UUID(book_id))
    except ModelError as error:
        if error.retryable and self.request.retries < self.max_retries:
            raise self.retry(exc=error, countdown=wait_before(self.request.retries, error)) from error
    return 0


def wait_before(tries: int, error: ModelError) -> float:
    """Seconds: 5, 10, 20, … or what the provider asked for."""
    return max(5.0 * 2**tries, min(error.retry_after or 0, 120.0))


@shared_task(time_limit=60)
def read_what_waits() -> int:
    """Texts whose task was lost, and those that another embedding model read."""
    from characters.services import reading

    texts, books = reading.left_behind()
    for knowledge_id in texts:
        read_knowledge.delay(str(knowledge_id))
    for book_id in books:
        read_entries.delay(str(book_id))
    return len(texts) + len(books)


@shared_task(time_limit=300)
def forget_deleted_knowledge() -> int:
    from characters.services.knowledge import forget_deleted

    return forget_deleted()


@shared_task(time_limit=300)
def forget_deleted_books() -> int:
    from characters.services.lore import forget_deleted_books

    return forget_deleted_books()


@shared_task(time_limit=300)
def forget_removed_entries() -> int:
    from characters.services.lore import forget_removed_entries

    return forget_removed_entries()


@shared_task(time_limit=300)
def write_ledger() -> int:
    """This month's earnings so far; months that are over are closed."""
    from characters.services.earnings import write_ledger

    return write_ledger()
