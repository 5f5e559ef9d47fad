"""What Celery does for characters. Tasks may run twice and may find nothing to do."""

from celery import shared_task


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
def tell_decision(publication_id: str) -> None:
    """An e-mail to the author, about a request that was decided."""
    from characters.services.decision_mail import send_decision

    send_decision(publication_id)
