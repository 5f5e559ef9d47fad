"""Webhooks: telling a creator's own server what happened. Signed, retried for a day, visible.

What is sent follows standardwebhooks.com, so that ready-made libraries check it: `webhook-id` (the same in every
attempt), `webhook-timestamp` and `webhook-signature`, "v1," and the base64 HMAC-SHA256 of `id.timestamp.body` under the
secret, whose text is "whsec_" and its base64.

A delivery is a row that is due at some time. The attempt right after the event is only a hurry: what Celery lost, a
sweep finds.
"""

import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbound
from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost, Invalid
from accounts.ids import uuid7
from accounts.models import User
from characters import tasks
from characters.models import Delivery, Webhook
from characters.services.quotas import reserve

logger = logging.getLogger(__name__)

EVENTS = ("character.published", "character.reported", "character.milestone")
PING = "ping"
SECRET_PREFIX = "whsec_"  # noqa: S105  says what it is
TABLE = Webhook._meta.db_table

# Waits after the first, second, … attempt: ten attempts, the last within a day.
WAITS = tuple(
    timedelta(**wait)
    for wait in (
        {"seconds": 15},
        {"minutes": 1},
        {"minutes": 5},
        {"minutes": 20},
        {"hours": 1},
        {"hours": 2},
        {"hours": 4},
        {"hours": 7},
        {"hours": 9},
    )
)
# Longer than an attempt can take: until then nobody else tries the same.
CLAIM = timedelta(seconds=60)
KEPT = timedelta(days=30)


def announce(event: str, owner: User | None, payload: Mapping[str, Any]) -> int:
    """Tell every active webhook of `owner` that listens to `event`; how many there are.

    Part of the caller's transaction: what is rolled back is told nobody. `payload` is JSON: ids, numbers, names.
    """
    if event not in EVENTS:
        raise ValueError(event)
    if owner is None:
        return 0
    listening = Webhook.objects.filter(owner=owner, active=True, events__contains=[event])
    return len([_queue(webhook, event, payload) for webhook in listening])


@transaction.atomic
def make_webhook(*, owner: User, url: str, events: Iterable[str]) -> tuple[Webhook, str]:
    """The webhook, and its secret, which is not shown again. Raises Invalid, QuotaReached."""
    webhook = Webhook(id=uuid7(), owner=owner, url=outbound.check_url(url), events=checked_events(events))
    reserve(owner, webhooks=1)
    secret = _seal_new_secret(webhook)
    webhook.save(force_insert=True)
    return webhook, secret


def edit_webhook(
    *, webhook: Webhook, url: str | None = None, events: Iterable[str] | None = None, active: bool | None = None
) -> Webhook:
    """Raises Invalid."""
    if url is not None:
        webhook.url = outbound.check_url(url)
    if events is not None:
        webhook.events = checked_events(events)
    if active is not None:
        webhook.active = active
    webhook.save(update_fields=["url", "events", "active"])
    return webhook


def renew_secret(*, webhook: Webhook) -> str:
    """The old secret signs nothing any more, also what waits to be sent again."""
    secret = _seal_new_secret(webhook)
    webhook.save(update_fields=["secret"])
    return secret


def ping(*, webhook: Webhook) -> Delivery:
    """A test, whatever the webhook listens to."""
    return _queue(webhook, PING, {"webhook_id": str(webhook.pk)})


def redeliver(*, delivery: Delivery) -> Delivery:
    """The same event once more, as a delivery of its own under the same `webhook-id`."""
    first = delivery.payload.get("id", str(delivery.pk))
    return _queue(delivery.webhook, delivery.event, delivery.payload["data"], first=first)


def checked_events(events: Iterable[str]) -> list[str]:
    chosen = list(dict.fromkeys(events))
    if not chosen:
        raise Invalid(_("Choose at least one event."), field="events")
    if unknown := [event for event in chosen if event not in EVENTS]:
        raise Invalid(_("There is no such event."), field="events", unknown=unknown[0])
    return chosen


def _queue(webhook: Webhook, event: str, payload: Mapping[str, Any], *, first: str | None = None) -> Delivery:
    delivery = Delivery(id=uuid7(), webhook=webhook, event=event)
    told = timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    delivery.payload = {"id": first or str(delivery.pk), "type": event, "timestamp": told, "data": dict(payload)}
    delivery.save(force_insert=True)
    tasks.queue_on_commit(tasks.deliver_webhook, str(delivery.pk))
    return delivery


# Sending


def send(delivery_id: UUID | str) -> bool | None:
    """One attempt. True: taken; False: not, it is due again or given up; None: not due, or being tried right now."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return None
    status, error = None, ""
    try:
        if not delivery.webhook.active:
            raise outbound.NotSent("switched_off")
        body = body_of(delivery)
        secret = open_secret(delivery.webhook)
        headers = signed_headers(delivery.payload["id"], body, secret, at=timezone.now())
        answer = outbound.post(delivery.webhook.url, body=body, headers=headers)
        status, error = answer.status, "" if answer.status < 300 else "status"
    except outbound.NotSent as failure:
        error = failure.reason
    except ContentLost:
        error = "secret_lost"
    _settle(delivery, status, error)
    return not error


def due(limit: int = 100) -> list[UUID]:
    """What waits to be sent, the oldest first."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now())
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])


def forget_old_deliveries() -> int:
    """Those that were over a month ago."""
    over = Delivery.objects.exclude(state=Delivery.State.WAITING).filter(created_at__lt=timezone.now() - KEPT)
    return over.delete()[0]


def body_of(delivery: Delivery) -> bytes:
    return json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(message_id: str, body: bytes, secret: str, *, at: datetime) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signature = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def open_secret(webhook: Webhook) -> str:
    sealed = bytes(webhook.secret)
    return cipher_for(key_id_of(sealed)).open(sealed, Place(TABLE, webhook.pk))


def _seal_new_secret(webhook: Webhook) -> str:
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    webhook.secret = cipher_of(webhook.owner).seal(secret, Place(TABLE, webhook.pk))
    return secret


@transaction.atomic
def _claim(delivery_id: UUID | str) -> Delivery | None:
    """Count an attempt and keep others away while it lasts."""
    now = timezone.now()
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("webhook", "webhook__owner")
        .filter(pk=delivery_id, state=Delivery.State.WAITING, due_at__lte=now)
        .first()
    )
    if delivery is not None:
        delivery.attempts += 1
        delivery.due_at = now + CLAIM
        delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _settle(delivery: Delivery, status: int | None, error: str) -> None:
    delivery.status, delivery.error = status, error
    if not error:
        delivery.state = Delivery.State.DELIVERED
    elif delivery.attempts > len(WAITS) or error in ("switched_off", "secret_lost"):
        delivery.state = Delivery.State.GIVEN_UP
    else:
        delivery.due_at = timezone.now() + WAITS[delivery.attempts - 1]
    delivery.save(update_fields=["status", "error", "state", "due_at"])
    logger.info("webhook %s: attempt %s, %s", delivery.pk, delivery.attempts, error or status)
