"""Paying by Stripe: what it is asked, and what its webhooks change. The bodies are as its documentation has them."""

import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from accounts.erasure import erase
from accounts.models import CustomerErasure, PaymentEvent, Subscription, Term, User
from accounts.payments.base import NotSigned
from accounts.payments.services import forget_customers, take_event
from accounts.payments.stripe import GRACE, Stripe
from accounts.terms import end_due_terms

SECRET = "whsec_test_4a7b"
PRICES = {"premium": "price_premium", "creator": "price_creator"}


class Desk(http.server.ThreadingHTTPServer):
    """Stripe's API, as far as we ask it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Window)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Window(http.server.BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.command, self.path, dict(parse_qsl(body)), dict(self.headers)))
        answer = json.dumps({"id": "cs_1", "object": "session", "pad": "x" * 8_000, "url": "https://pay.example/c/1"})
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(answer.encode())

    do_DELETE = do_POST

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    server = Desk()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", SECRET
    settings.STRIPE_PRICES, settings.STRIPE_URL, settings.OUTBOUND_LOCAL = PRICES, server.url, True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def subscription(user: User, **changes: Any) -> dict[str, Any]:
    """A subscription object of API version 2025-03-31.basil: the period stands at its items."""
    end = int((datetime.now(UTC) + timedelta(days=30)).timestamp())
    return {
        "id": "sub_1MowQVLkdIwHu7ixeRlqHVzs",
        "object": "subscription",
        "cancel_at_period_end": False,
        "collection_method": "charge_automatically",
        "created": int(time.time()),
        "currency": "usd",
        "customer": "cus_Na6dX7aXxi11N4",
        "items": {
            "object": "list",
            "data": [
                {
                    "id": "si_Na6dzxczY5fwHx",
                    "object": "subscription_item",
                    "current_period_end": changes.pop("end", end),
                    "price": {"id": changes.pop("price", "price_premium"), "object": "price", "type": "recurring"},
                    "quantity": 1,
                }
            ],
            "has_more": False,
        },
        "livemode": False,
        "metadata": {"account": str(user.pk), "plan": "premium"},
        "status": "active",
    } | changes


def event(kind: str, told: dict[str, Any], *, number: int = 1, at: int | None = None) -> bytes:
    body = {
        "id": f"evt_{number}",
        "object": "event",
        "api_version": "2025-03-31.basil",
        "created": at or int(time.time()),
        "data": {"object": told},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": f"customer.subscription.{kind}" if "." not in kind else kind,
    }
    return json.dumps(body, indent=2).encode()


def signature(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    stamp = str(int(at or time.time()))
    mark = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={mark},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"


def told(body: bytes, header: str | None = None) -> int:
    headers = {"stripe-signature": signature(body) if header is None else header}
    return Client().post("/payments/stripe/", body, content_type="application/json", headers=headers).status_code


def plan_of(user: User) -> str | None:
    return User.objects.get(pk=user.pk).plan_id


# --- paying


def test_somebody_is_led_to_stripe_which_is_told_an_id_and_nothing_else(alice: User, desk: Desk, signed_in) -> None:
    browser = signed_in(alice)
    shown = browser.get("/settings/plan/")
    assert [plan.pk for plan in shown.context["offered"]] == ["premium", "creator"]
    page = browser.post("/settings/plan/premium/pay/", {"once": "0198"})
    assert 'href="https://pay.example/c/1"' in page.content.decode()
    [(method, path, fields, headers)] = desk.asked
    assert (method, path) == ("POST", "/v1/checkout/sessions")
    assert fields == {
        "mode": "subscription",
        "line_items[0][price]": "price_premium",
        "line_items[0][quantity]": "1",
        "client_reference_id": str(alice.pk),
        "success_url": "http://testserver/settings/plan/?paid=1",
        "cancel_url": "http://testserver/settings/plan/",
        "subscription_data[metadata][account]": str(alice.pk),
        "subscription_data[metadata][plan]": "premium",
    }
    assert headers["Authorization"] == "Bearer sk_test_1"
    assert headers["Idempotency-Key"] == f"{alice.pk}:premium:0198"
    assert plan_of(alice) == "free"


def test_when_stripe_cannot_be_reached_nothing_is_charged_and_that_is_said(alice: User, desk: Desk, signed_in) -> None:
    desk.status = 500
    answer = signed_in(alice).post("/settings/plan/premium/pay/", {"once": "1"})
    assert answer.status_code == 502
    assert signed_in(alice).post("/settings/plan/unlimited/pay/", {"once": "1"}).status_code == 404


def test_without_keys_there_is_nothing_to_pay_and_no_door(alice: User, signed_in) -> None:
    browser = signed_in(alice)
    assert browser.get("/settings/plan/").context["offered"] == []
    assert browser.post("/settings/plan/premium/pay/").status_code == 404
    assert told(event("created", subscription(alice))) == 404


# --- what Stripe tells


def test_a_subscription_gives_its_plan_until_its_period_ends(alice: User, desk: Desk) -> None:
    end = int((datetime.now(UTC) + timedelta(days=30)).timestamp())
    assert told(event("created", subscription(alice, end=end))) == 204
    assert plan_of(alice) == "premium"
    term = Term.objects.get()
    assert term.ends_at == datetime.fromtimestamp(end, UTC) + GRACE
    again = end + 30 * 86_400
    assert told(event("updated", subscription(alice, end=again), number=2)) == 204
    assert Term.objects.get().ends_at == datetime.fromtimestamp(again, UTC) + GRACE


def test_an_event_told_twice_counts_once(alice: User, desk: Desk) -> None:
    body = event("created", subscription(alice))
    headers = {"Stripe-Signature": signature(body)}
    assert [take_event(body, headers), take_event(body, headers)] == [True, False]
    assert (PaymentEvent.objects.count(), Subscription.objects.count(), Term.objects.count()) == (1, 1, 1)


def test_events_may_come_in_any_order(alice: User, desk: Desk) -> None:
    now = int(time.time())
    told(event("created", subscription(alice), number=1, at=now))
    told(event("deleted", subscription(alice, status="canceled"), number=3, at=now + 20))
    told(event("updated", subscription(alice), number=2, at=now + 10))
    assert plan_of(alice) == "free"
    assert Subscription.objects.get().status == "canceled"


@pytest.mark.parametrize("status", ["canceled", "unpaid", "incomplete", "incomplete_expired", "paused"])
def test_what_is_not_paid_gives_nothing(alice: User, desk: Desk, status: str) -> None:
    told(event("created", subscription(alice)))
    told(event("updated", subscription(alice, status=status), number=2, at=int(time.time()) + 5))
    assert plan_of(alice) == "free"


def test_another_price_is_another_plan(alice: User, desk: Desk) -> None:
    told(event("created", subscription(alice)))
    told(event("updated", subscription(alice, price="price_creator"), number=2, at=int(time.time()) + 5))
    assert plan_of(alice) == "creator"
    assert Term.objects.count() == 1


def test_a_renewal_that_is_never_told_of_ends_with_its_grace(alice: User, desk: Desk) -> None:
    told(event("created", subscription(alice)))
    Term.objects.update(begins_at=datetime(2026, 1, 1, tzinfo=UTC), ends_at=datetime.now(UTC))
    assert end_due_terms() == 1
    assert plan_of(alice) == "free"


def test_the_provider_forgets_who_is_gone_and_is_asked_until_it_does(alice: User, desk: Desk) -> None:
    told(event("created", subscription(alice)))
    desk.status = 500
    erase(alice)
    assert CustomerErasure.objects.count() == 1
    assert forget_customers() == 0
    assert forget_customers() == 0, "not due yet"
    desk.status = 200
    CustomerErasure.objects.update(due_at=datetime.now(UTC))
    assert forget_customers() == 1
    assert not CustomerErasure.objects.exists()
    asked = [(method, path) for method, path, *_ in desk.asked if "customers" in path]
    assert asked == [("DELETE", "/v1/customers/cus_Na6dX7aXxi11N4")] * 2


def test_what_is_of_no_account_or_another_kind_changes_nothing(alice: User, desk: Desk) -> None:
    odd = [
        event("invoice.paid", {"id": "in_1", "object": "invoice"}),
        event("created", subscription(alice, metadata={}), number=2),
        event("created", subscription(alice, price="price_other", metadata={"account": str(alice.pk)}), number=3),
    ]
    assert [told(body) for body in odd] == [204, 204, 204]
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: "",
        lambda body: "t=abc,v1=",
        lambda body: signature(body, secret="whsec_other"),
        lambda body: signature(body, at=time.time() - 310),
        lambda body: signature(body, at=time.time() + 310),
        lambda body: signature(body + b" "),
        lambda body: signature(body).replace("v1=", "v2="),
    ],
)
def test_what_stripe_did_not_sign_just_now_is_refused(alice: User, desk: Desk, forge) -> None:
    body = event("created", subscription(alice))
    assert told(body, forge(body)) == 400
    assert not PaymentEvent.objects.exists()


def test_while_a_secret_is_changed_one_of_two_signatures_is_enough(alice: User, desk: Desk) -> None:
    body = event("created", subscription(alice))
    both = signature(body, secret="whsec_old") + "," + signature(body).split(",")[1]
    assert told(body, both) == 204


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1, "type": "customer.subscription.created"}', b"\xff"])
def test_signed_nonsense_is_refused_too(db: None, body: bytes) -> None:
    stripe = Stripe(key="", secret=SECRET, prices=PRICES, base_url="")
    with pytest.raises(NotSigned):
        stripe.event(body, {"Stripe-Signature": signature(body)})


# --- afterwards


def test_who_pays_is_led_to_their_invoices_and_cannot_pay_twice(alice: User, desk: Desk, signed_in) -> None:
    told(event("created", subscription(alice)))
    browser = signed_in(alice)
    assert browser.get("/settings/plan/").context["subscription"].customer == "cus_Na6dX7aXxi11N4"
    assert browser.post("/settings/plan/creator/pay/", {"once": "2"}).status_code == 409
    browser.post("/settings/plan/manage/")
    _method, path, fields, _headers = desk.asked[-1]
    assert (path, fields["customer"]) == ("/v1/billing_portal/sessions", "cus_Na6dX7aXxi11N4")


def test_who_goes_for_good_is_charged_no_more(
    alice: User, desk: Desk, settings, django_capture_on_commit_callbacks
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    told(event("created", subscription(alice)))
    with django_capture_on_commit_callbacks(execute=True):
        erase(alice)
    assert desk.asked[-1][:2] == ("DELETE", "/v1/subscriptions/sub_1MowQVLkdIwHu7ixeRlqHVzs")
    assert not Subscription.objects.exists()
