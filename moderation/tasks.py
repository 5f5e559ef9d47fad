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


@shared_task(time_limit=60, autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def tell_outcome(report_id: str) -> None:
    """An e-mail that a report is decided, to whoever asked for such mails."""
    from moderation.services.report_mail import send_outcome

    send_outcome(report_id)


@shared_task(time_limit=60, acks_late=True)
def open_case(user_id: str, stage: str, surface: str, told: str, sealed: str) -> None:
    """Of what was refused, and so is stored nowhere else."""
    from accounts.models import User
    from moderation.services.queueing import open_sent

    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        open_sent(user=user, stage=stage, surface=surface, told=told, sealed=sealed)


@shared_task(time_limit=180)
def judge_message(
    message: str, conversation: str, user: str, stage: str, surface: str, rating: str, age: str, sealed: str
) -> None:
    """Of what the filters are unsure of. Nobody waits; what a worker loses is not asked again."""
    from moderation.services.asking import Said, judge_sent

    judge_sent(Said(message, conversation, user, stage, surface, rating, age), sealed)
