"""Paying for a plan: begun here, told by the provider, ended with the account."""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import payments
from accounts.errors import Conflict, NotFound
from accounts.models import CustomerErasure, PaymentEvent, Plan, Subscription, User
from accounts.payments.base import NotReached, Paid, Provider
from accounts.tasks import cancel_subscription
from accounts.terms import pay_until

log = structlog.get_logger(__name__)


class PaidAlready(Conflict):
    code = "paid_already"
    message = _("You pay for a plan already. Change or cancel it where you see your invoices.")


def taker() -> Provider:
    """NotFound where nobody takes money."""
    found = payments.provider()
    if found is None:
        raise NotFound
    return found


def paid_plans() -> list[Plan]:
    """What can be paid for, the lowest first."""
    found = payments.provider()
    return list(Plan.objects.filter(pk__in=found.plans).order_by("rank")) if found else []


def begin_to_pay(*, user: User, plan: str, back: str, done: str, once: str) -> str:
    """The address where they pay. Raises NotFound, PaidAlready, NotReached."""
    found = taker()
    if plan not in found.plans or not Plan.objects.filter(pk=plan).exists():
        raise NotFound
    if running(user) is not None:
        raise PaidAlready
    return found.checkout(user_id=user.pk, plan=plan, back=back, done=done, once=once)


def where_to_manage(*, user: User, back: str) -> str:
    """Raises NotFound for who pays nothing, NotReached."""
    found, subscription = taker(), running(user)
    if subscription is None or not subscription.customer:
        raise NotFound
    return found.portal(customer=subscription.customer, back=back)


def running(user: User) -> Subscription | None:
    return Subscription.objects.filter(user=user, term__ended_at=None, term__isnull=False).first()


def take_event(body: bytes, headers: Mapping[str, str]) -> bool:
    """What the provider tells. False when it was told before. Raises NotFound, NotSigned."""
    found = taker()
    told = found.event(body, headers)
    with transaction.atomic():
        _event, new = PaymentEvent.objects.get_or_create(
            provider=found.name, reference=told.reference, defaults={"kind": told.kind[:80]}
        )
        if new and told.paid is not None:
            _take(found.name, told.paid)
    return new


def _take(provider: str, paid: Paid) -> None:
    known = Subscription.objects.select_for_update().filter(provider=provider, reference=paid.reference).first()
    user_id = known.user_id if known else paid.user_id
    person = User.objects.filter(pk=user_id).first() if user_id else None
    if person is None or not Plan.objects.filter(pk=paid.plan).exists():
        # Somebody who is gone, or a plan that is: the operator has to look.
        log.warning("payment_for_nobody", provider=provider, subscription=paid.reference, plan=paid.plan)
        return
    if known is not None and known.seen_at > paid.at:
        return  # events come in any order: what is known is newer
    fields = {"plan_id": paid.plan, "status": paid.status, "ending": paid.ending, "seen_at": paid.at}
    subscription, _made = Subscription.objects.update_or_create(
        provider=provider,
        reference=paid.reference,
        defaults=fields | {"customer": paid.customer or (known.customer if known else "")},
        create_defaults=fields | {"customer": paid.customer, "user": person},
    )
    pay_until(subscription=subscription, until=paid.until)


def end_payments(user: User) -> None:
    """Before somebody goes for good: nothing more is charged, and the provider forgets them, too."""
    for subscription in Subscription.objects.filter(user=user, term__ended_at=None, term__isnull=False):
        cancel_subscription.delay_on_commit(subscription.reference)
    found = payments.provider()
    for provider, customer in Subscription.objects.filter(user=user).values_list("provider", "customer").distinct():
        if found is None or provider != found.name:
            log.warning("customer_stays")  # nobody here can ask them any more
        elif customer:
            CustomerErasure.objects.get_or_create(provider=provider, customer=customer)


def forget_customers(*, limit: int = 100) -> int:
    """At the provider, those that are due; returns how many. One that cannot be done now is tried again later."""
    found, now = payments.provider(), timezone.now()
    if found is None:
        return 0
    done = 0
    due = CustomerErasure.objects.filter(provider=found.name, due_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None:
                continue
            try:
                found.forget(row.customer)
            except NotReached:
                row.tries += 1
                row.due_at = now + min(timedelta(minutes=5) * 2 ** min(row.tries, 10), timedelta(days=1))
                row.save(update_fields=["tries", "due_at"])
            else:
                row.delete()
                done += 1
    return done


def cancel(reference: str) -> None:
    """At the provider, if there is still one. Raises NotReached."""
    if (found := payments.provider()) is not None:
        found.cancel(reference)
