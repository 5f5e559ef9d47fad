"""Stripe: Checkout for subscriptions, the customer portal, and webhooks, over plain HTTP.

Of the account here Stripe is told an id of its own, which comes back in the metadata of the subscription; no address
and no name. What holds is what events of the subscription say; the page somebody returns to changes nothing.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import structlog

from accounts.outbound import NotSent, ask
from accounts.payments.base import NotReached, NotSigned, Paid, Told

log = structlog.get_logger(__name__)

VERSION = "2025-03-31.basil"
TOLERANCE = 300  # seconds
MOST_ANSWER = 256 * 1024
# A renewal is told of within the hour; somebody who has paid must not fall out of the plan meanwhile.
GRACE = timedelta(days=2)
GIVES = ("active", "trialing", "past_due")
ACCOUNT, PLAN = "account", "plan"


@dataclass(frozen=True, slots=True)
class Stripe:
    """`prices`: the id of a recurring price for each plan."""

    key: str
    secret: str
    prices: Mapping[str, str]
    base_url: str
    clock: Callable[[], float] = time.time
    name: str = "stripe"

    @property
    def plans(self) -> tuple[str, ...]:
        return tuple(self.prices)

    def checkout(self, *, user_id: UUID, plan: str, back: str, done: str, once: str) -> str:
        told = {ACCOUNT: str(user_id), PLAN: plan}
        fields = {
            "mode": "subscription",
            "line_items[0][price]": self.prices[plan],
            "line_items[0][quantity]": "1",
            "client_reference_id": str(user_id),
            "success_url": done,
            "cancel_url": back,
            **{f"subscription_data[metadata][{name}]": value for name, value in told.items()},
        }
        return str(self._ask("POST", "checkout/sessions", fields, once=once)["url"])

    def portal(self, *, customer: str, back: str) -> str:
        fields = {"customer": customer, "return_url": back}
        return str(self._ask("POST", "billing_portal/sessions", fields)["url"])

    def cancel(self, reference: str) -> None:
        self._ask("DELETE", f"subscriptions/{quote(reference, safe='')}", {}, gone_is_fine=True)

    def forget(self, customer: str) -> None:
        self._ask("DELETE", f"customers/{quote(customer, safe='')}", {}, gone_is_fine=True)

    def event(self, body: bytes, headers: Mapping[str, str]) -> Told:
        self._check(body, headers.get("Stripe-Signature", ""))
        try:
            event = json.loads(body)
            kind, told = str(event["type"]), event["data"]["object"]
            paid = None
            if kind.startswith("customer.subscription."):
                paid = _paid(told, at=datetime.fromtimestamp(event["created"], UTC), prices=self.prices)
            return Told(str(event["id"]), kind, paid)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSigned from error

    def _check(self, body: bytes, header: str) -> None:
        """`t=…,v1=…,v1=…`: HMAC-SHA256 of `t.body`. Several signatures while a secret is being changed."""
        items = [item.partition("=") for item in header.split(",")]
        stamp = next((value for name, _sign, value in items if name.strip() == "t"), "")
        if not (stamp.isascii() and stamp.isdigit()) or abs(self.clock() - int(stamp)) > TOLERANCE:
            raise NotSigned
        wanted = hmac.new(self.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        given = [value for name, _sign, value in items if name.strip() == "v1"]
        if not any(hmac.compare_digest(wanted.encode(), value.encode()) for value in given):
            raise NotSigned

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str], *, once: str = "", gone_is_fine: bool = False
    ) -> Any:
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Stripe-Version": VERSION,
        } | ({"Idempotency-Key": once} if once else {})
        address = f"{self.base_url}/v1/{path}"
        try:
            answer = ask(method, address, body=urlencode(fields).encode(), headers=headers, most=MOST_ANSWER)
        except NotSent as error:
            log.warning("payment_not_reached", reason=error.reason, path=path.partition("/")[0])
            raise NotReached from error
        if gone_is_fine and answer.status == 404:
            return {}
        if answer.status >= 300:
            log.warning("payment_refused", status=answer.status, path=path.partition("/")[0])
            raise NotReached
        return json.loads(answer.beginning)


def _paid(told: Mapping[str, Any], *, at: datetime, prices: Mapping[str, str]) -> Paid:
    """A subscription. Its plan is that of its price, which may be another one than it began with."""
    items = told.get("items", {}).get("data", [])
    price = items[0]["price"]["id"] if items else ""
    metadata = told.get("metadata") or {}
    plan = next((plan for plan, each in prices.items() if each == price), str(metadata.get(PLAN, "")))
    # Since 2025-03-31 the period is the item's.
    end = told.get("current_period_end") or max((item.get("current_period_end", 0) for item in items), default=0)
    gives = told["status"] in GIVES
    return Paid(
        reference=str(told["id"]),
        at=at,
        user_id=_account(metadata),
        plan=plan,
        status=str(told["status"]),
        until=datetime.fromtimestamp(end, UTC) + GRACE if gives and end else None,
        customer=str(told.get("customer") or ""),
        ending=bool(told.get("cancel_at_period_end")),
    )


def _account(metadata: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(str(metadata.get(ACCOUNT, "")))
    except ValueError:
        return None
