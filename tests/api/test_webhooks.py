"""Webhooks: signed, retried for a day, visible, and never into a private network."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.erasure import erase
from accounts.models import User
from characters.models import Delivery, Webhook
from characters.services.publishing import ask_to_publish, decide
from characters.services.quotas import QUOTAS
from characters.services.releases import set_visibility
from characters.services.webhooks import (
    EVENTS,
    KEPT,
    WAITS,
    announce,
    due,
    forget_old_deliveries,
    make_webhook,
    open_secret,
    send,
)
from characters.tasks import deliver_due_webhooks
from config.services.ports import free_port
from tests.api.conftest import Program, refused
from tests.api.test_outbound import Listener
from tests.characters.factories import a_character

State = Delivery.State


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.OUTBOUND_LOCAL = True
    with Listener() as found:
        yield found


@pytest.fixture
def webhook(alice: User, listener: Listener) -> Webhook:
    return make_webhook(owner=alice, url=f"http://127.0.0.1:{listener.port}/hook", events=EVENTS)[0]


def delivery_of(webhook: Webhook) -> Delivery:
    announce("character.milestone", webhook.owner, {"talks": 100})
    return Delivery.objects.get(webhook=webhook)


def change(webhook: Webhook, **fields: Any) -> None:
    """In the database alone, where what sends reads it. Other tests' webhooks stay as they are."""
    Webhook.objects.filter(pk=webhook.pk).update(**fields)


def test_what_happened_is_told_and_signed(webhook: Webhook, listener: Listener) -> None:
    delivery = delivery_of(webhook)
    assert send(delivery.pk) is True
    head, _, body = listener.heard.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    told = json.loads(body)
    assert (told["type"], told["data"]) == ("character.milestone", {"talks": 100})
    assert headers["webhook-id"] == told["id"] == str(delivery.pk)
    key = base64.b64decode(open_secret(webhook).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.status) == (State.DELIVERED, 1, 204)


def test_only_who_listens_is_told(webhook: Webhook, bob: User) -> None:
    change(webhook, events=["character.published"])
    assert announce("character.milestone", webhook.owner, {}) == 0
    assert announce("character.published", webhook.owner, {}) == 1
    assert announce("character.published", bob, {}) == 0
    assert announce("character.published", None, {}) == 0
    change(webhook, active=False)
    assert announce("character.published", webhook.owner, {}) == 0


def test_a_failure_is_tried_again_for_a_day_and_then_given_up(webhook: Webhook) -> None:
    delivery = delivery_of(webhook)
    with Listener(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n") as broken:
        change(webhook, url=f"http://127.0.0.1:{broken.port}/")
        waited = timedelta()
        for attempt, wait in enumerate(WAITS, 1):
            before = timezone.now()
            assert send(delivery.pk) is False
            delivery.refresh_from_db()
            assert (delivery.state, delivery.attempts, delivery.status) == (State.WAITING, attempt, 500)
            assert wait <= delivery.due_at - before < wait + timedelta(seconds=30)
            assert send(delivery.pk) is None, "not due yet"
            waited += wait
            webhook.deliveries.update(due_at=timezone.now())
        assert timedelta(hours=20) < waited <= timedelta(hours=24)
        assert send(delivery.pk) is False
        delivery.refresh_from_db()
        assert (delivery.state, delivery.error) == (State.GIVEN_UP, "status")
        assert broken.reached == len(WAITS) + 1


@pytest.mark.parametrize(
    ("url", "error"), [("http://nowhere.invalid/", "unresolved"), ("http://127.0.0.1:{}/", "connection")]
)
def test_why_it_failed_is_kept(webhook: Webhook, url: str, error: str) -> None:
    delivery = delivery_of(webhook)
    change(webhook, url=url.format(free_port()))
    assert send(delivery.pk) is False
    delivery.refresh_from_db()
    assert (delivery.error, delivery.status) == (error, None)


def test_an_address_that_became_private_is_not_asked(webhook: Webhook, listener: Listener, settings: Any) -> None:
    delivery = delivery_of(webhook)
    settings.OUTBOUND_LOCAL = False
    assert send(delivery.pk) is False
    delivery.refresh_from_db()
    assert delivery.error == "forbidden_address"
    assert not listener.reached


def test_what_celery_lost_a_sweep_finds(webhook: Webhook, listener: Listener) -> None:
    delivery = delivery_of(webhook)
    assert delivery.pk in due()
    assert deliver_due_webhooks() >= 1
    assert delivery.pk not in due()
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED
    assert send(delivery.pk) is None, "once is enough"
    assert listener.reached == 1


def test_switched_off_nothing_is_sent_any_more(webhook: Webhook, listener: Listener) -> None:
    delivery = delivery_of(webhook)
    change(webhook, active=False)
    send(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (State.GIVEN_UP, "switched_off")
    assert not listener.reached


def test_old_deliveries_are_forgotten(webhook: Webhook) -> None:
    delivery = delivery_of(webhook)
    send(delivery.pk)
    assert forget_old_deliveries() == 0
    webhook.deliveries.update(created_at=timezone.now() - KEPT - timedelta(days=1))
    assert forget_old_deliveries() == 1


def test_a_decision_is_announced(webhook: Webhook, bob: User, django_capture_on_commit_callbacks: Any) -> None:
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename="change_publication"))
    character = a_character(webhook.owner, visibility="private")
    assert character.published is not None
    asked = ask_to_publish(
        character=character, version=character.published, asked_by=webhook.owner, visibility="public"
    )
    decide(publication=asked, by=User.objects.get(pk=bob.pk), granted=True)
    [delivery] = webhook.deliveries.filter(event="character.published")
    assert delivery.payload["data"]["character_id"] == str(character.pk)
    set_visibility(character=character, visibility="private")
    assert webhook.deliveries.count() == 1


def test_the_secret_goes_with_its_owner(webhook: Webhook, alice: User) -> None:
    assert open_secret(webhook).encode() not in bytes(webhook.secret)
    erase(alice)
    assert not Webhook.objects.filter(pk=webhook.pk).exists()


# --- through the API


def test_a_webhook_is_set_up_tried_changed_and_deleted(
    program: Program, listener: Listener, django_capture_on_commit_callbacks: Any
) -> None:
    body = {"url": f"http://127.0.0.1:{listener.port}/", "events": ["character.published"]}
    made = program.post("webhooks/", body)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    path = f"webhooks/{made.json()['id']}/"
    read = program.get(path)
    assert "secret" not in read.json()
    assert read["ETag"] == made["ETag"]

    with django_capture_on_commit_callbacks(execute=True):
        assert program.post(f"{path}ping/").status_code == 202
    [sent] = program.get(f"{path}deliveries/").json()["results"]
    assert (sent["event"], sent["state"], sent["status"]) == ("ping", "delivered", 204)
    with django_capture_on_commit_callbacks(execute=True):
        again = program.post(f"{path}deliveries/{sent['id']}/redeliver/").json()
    assert again["payload"]["id"] == sent["payload"]["id"] != again["id"]
    assert listener.reached == 2

    secret = program.post(f"{path}secret/").json()["secret"]
    assert secret != made.json()["secret"]
    off = program.patch(path, {"active": False}, if_match=read["ETag"])
    assert off.json()["active"] is False
    refused(program.patch(path, {"active": True}, if_match=read["ETag"]), 412, "changed_meanwhile")
    assert program.delete(path).status_code == 204
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"url": "http://example.org/"}, "url"), ({"url": "https://10.0.0.1/"}, "url"), ({"events": []}, "events"),
     ({"events": ["character.eaten"]}, "events.0"), ({"secret": "mine"}, "secret")],
)  # fmt: skip
def test_what_is_wrong_with_a_webhook_is_named(program, settings, changes: dict[str, Any], field: str) -> None:
    settings.OUTBOUND_LOCAL = False
    body = {"url": "https://example.org/hook", "events": ["character.published"]} | changes
    told = refused(program.post("webhooks/", body), 400, "invalid")
    assert told["field"] == field


def test_there_is_an_end_of_webhooks(program: Program) -> None:
    body = {"url": "https://example.org/hook", "events": ["character.published"]}
    for _number in range(QUOTAS["webhooks"].limit):
        assert program.post("webhooks/", body).status_code == 201
    assert refused(program.post("webhooks/", body), 400, "quota_reached")["limit"] == QUOTAS["webhooks"].limit
