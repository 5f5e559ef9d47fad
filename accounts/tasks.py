import datetime
from importlib import import_module
from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from accounts.errors import Unavailable


@shared_task(name="accounts.tasks.forget_old_guests", ignore_result=True, time_limit=600, soft_time_limit=540)
def forget_old_guests() -> None:
    """Guests whom nobody saw for a month, and sign-ups that were never verified, go with all they left."""
    from accounts.retention import run

    run("guests")


@shared_task(name="accounts.tasks.exchange_keys", ignore_result=True, time_limit=600, soft_time_limit=540)
def exchange_keys() -> None:
    """Some minutes of an exchange of data keys, if one is under way."""
    from accounts.rotation import go_on

    go_on(seconds=240)


@shared_task(name="accounts.tasks.forget_old_logs", ignore_result=True, time_limit=600)
def forget_old_logs() -> None:
    from accounts.retention import run

    run("logs")


@shared_task(name="accounts.tasks.forget_old_requests", ignore_result=True, time_limit=300)
def forget_old_requests() -> int:
    """Answers to requests with an Idempotency-Key, a day later."""
    from django.utils import timezone

    from accounts.models import IdempotentRequest

    return IdempotentRequest.objects.filter(created_at__lt=timezone.now() - datetime.timedelta(days=1)).delete()[0]


@shared_task(name="accounts.tasks.forget_old_invitations", ignore_result=True, time_limit=300)
def forget_old_invitations() -> int:
    """Into organisations, with the addresses they were sent to."""
    from accounts.organisations.invitations import forget_old

    return forget_old()


@shared_task(name="accounts.tasks.send_mail", time_limit=60, autoretry_for=(OSError,), retry_backoff=10, max_retries=6)
def send_mail(sealed: str) -> None:
    """A mail of the account pages, sealed."""
    from accounts.mails import send_sealed

    send_sealed(sealed)


@shared_task(name="accounts.tasks.tell_alarm", time_limit=60, autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def tell_alarm(alarm_id: str) -> None:
    """An e-mail about a spending cap that is used so far."""
    from accounts.spending.alarm_mail import send_alarm

    send_alarm(alarm_id)


@shared_task(name="accounts.tasks.roll_up_use", time_limit=600)
def roll_up_use() -> int:
    """Days of months long over become a line for the month."""
    from accounts.spending.ledger import roll_up

    return roll_up()


@shared_task(name="accounts.tasks.clear_sessions", ignore_result=True, time_limit=280)
def clear_sessions() -> None:
    """Those that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task(
    name="accounts.tasks.cancel_subscription",
    time_limit=60,
    autoretry_for=(Unavailable,),
    retry_backoff=60,
    max_retries=20,
)
def cancel_subscription(reference: str) -> None:
    """Whoever paid is gone: nothing more is charged."""
    from accounts.payments.services import cancel

    cancel(reference)


@shared_task(name="accounts.tasks.end_terms", ignore_result=True, time_limit=280)
def end_terms() -> int:
    """Plans for a time whose end has come."""
    from accounts.terms import end_due_terms

    return end_due_terms()


@shared_task(name="accounts.tasks.lift_sanctions", ignore_result=True, time_limit=60)
def lift_sanctions() -> int:
    """Those whose end has come."""
    from accounts.sanctions import lift_due

    return lift_due()


@shared_task(name="accounts.tasks.let_people_go", ignore_result=True, time_limit=600, soft_time_limit=540)
def let_people_go() -> None:
    """Accounts whose days of grace are over; and what an erasure before left: the ledger, providers."""
    from accounts.payments.services import forget_customers
    from accounts.privacy.departures import let_due_go
    from accounts.privacy.ledger import note_erasures

    while let_due_go():
        pass
    note_erasures()
    forget_customers()


# Longer than the broker waits for an answer: acknowledged late, they would be handed out again while they run. What a
# dead worker left is begun anew by `go_on_with_takeouts`.
@shared_task(
    name="accounts.tasks.build_takeout", ignore_result=True, time_limit=3_600, soft_time_limit=3_540, acks_late=False
)
def build_takeout(takeout_id: str) -> None:
    """Everything that is held of somebody, as one archive."""
    from accounts.takeout import services

    try:
        services.build(UUID(takeout_id))
    except SoftTimeLimitExceeded:
        services.fail(UUID(takeout_id))
    except Exception:
        services.fail(UUID(takeout_id))
        raise


@shared_task(
    name="accounts.tasks.restore_takeout", ignore_result=True, time_limit=3_600, soft_time_limit=3_540, acks_late=False
)
def restore_takeout(restoration_id: str) -> None:
    """An archive that somebody brought, taken in."""
    from accounts.restore import services

    try:
        services.run(UUID(restoration_id))
    except SoftTimeLimitExceeded:
        services.fail(UUID(restoration_id), "too_slow")
    except Exception:
        services.fail(UUID(restoration_id), "internal")
        raise


@shared_task(name="accounts.tasks.go_on_with_takeouts", ignore_result=True, time_limit=60)
def go_on_with_takeouts() -> None:
    """Archives whose task was lost are begun anew; those that are over are let go."""
    from accounts.restore import services as restore
    from accounts.takeout import services as takeout

    while takeout.let_go():
        pass
    for takeout_id in takeout.left_behind():
        build_takeout.delay(str(takeout_id))
    for restoration_id in restore.left_behind():
        restore_takeout.delay(str(restoration_id))
