"""Webhooks and their deliveries, as their owner may read them. A stranger's and a missing one look alike."""

from uuid import UUID

from django.db.models import Prefetch

from accounts.models import User
from characters.models import Delivery, Webhook

SHOWN = 50


def webhooks_for(user: User) -> list[Webhook]:
    """Each with `last`: the newest delivery in a list, or nothing. Two queries."""
    newest = Delivery.objects.order_by("webhook_id", "-id").distinct("webhook_id").defer("payload")
    return list(Webhook.objects.filter(owner=user).prefetch_related(Prefetch("deliveries", newest, to_attr="last")))


def get_webhook(*, user: User, webhook_id: UUID) -> Webhook:
    """Raises Webhook.DoesNotExist."""
    return Webhook.objects.select_related("owner").get(pk=webhook_id, owner=user)


def get_delivery(*, user: User, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """Raises Delivery.DoesNotExist."""
    found = Delivery.objects.select_related("webhook")
    return found.get(pk=delivery_id, webhook=webhook_id, webhook__owner=user)


def latest_deliveries(webhook: Webhook) -> list[Delivery]:
    """The newest first."""
    return list(webhook.deliveries.all()[:SHOWN])
