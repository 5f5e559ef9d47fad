from uuid import UUID

from celery import shared_task

from characters.tasks import queue_on_commit


@shared_task(
    name="moderation.tasks.tell_notice", time_limit=60, autoretry_for=(OSError,), retry_backoff=30, max_retries=5
)
def tell_notice(notice_id: str) -> None:
    """An e-mail that there is a decision, to be read on the site: the mail itself says nothing of it."""
    from moderation.services.notice_mail import send_notice

    send_notice(notice_id)


def tell_on_commit(notice_id: UUID) -> None:
    queue_on_commit(tell_notice, str(notice_id))
