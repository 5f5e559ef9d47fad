"""Webhooks in the studio: set up, tried, paused, read; by their owner alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from characters.models import Delivery, Webhook
from characters.services.quotas import QUOTAS
from characters.services.webhooks import make_webhook, open_secret, ping, send
from tests.api.test_outbound import Listener
from tests.characters.conftest import signed_in
from tests.factories import GuestFactory

EVENTS = ["character.published", "character.reported"]
State = Delivery.State


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.OUTBOUND_LOCAL = True
    with Listener() as found:
        yield found


@pytest.fixture
def hook(alice: User, listener: Listener) -> Webhook:
    return make_webhook(owner=alice, url=f"http://127.0.0.1:{listener.port}/hook", events=EVENTS)[0]


def page_of(hook: Webhook) -> str:
    return reverse("webhook", args=[hook.pk])


def text_of(answer: Any) -> str:
    return answer.content.decode()


def secret_on(answer: Any) -> str:
    found = re.search(r">(whsec_[\w+/=]+)</textarea>", text_of(answer))
    assert found is not None
    return found[1]


def test_a_webhook_is_added_and_its_secret_shown_once(alices: Client, alice: User, listener: Listener) -> None:
    assert "No webhook yet" in text_of(alices.get(reverse("webhooks")))
    form = text_of(alices.get(reverse("webhook-add")))
    assert form.count("checked") == 3
    url = f"http://127.0.0.1:{listener.port}/hook"
    made = alices.post(reverse("webhook-add"), {"url": url, "events": EVENTS})
    hook = Webhook.objects.get(owner=alice)
    assert (hook.url, hook.events) == (url, EVENTS)
    assert secret_on(made) == open_secret(hook)
    assert "no-store" in made["Cache-Control"]
    for page in (reverse("webhooks"), page_of(hook), reverse("webhook-edit", args=[hook.pk])):
        assert url in text_of(alices.get(page))
        assert "whsec_" not in text_of(alices.get(page))
    assert "Nothing was sent yet." in text_of(alices.get(reverse("webhooks")))


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"url": "http://example.org/"}, "has to begin with https"), ({"url": "https://10.0.0.1/"}, "private network"),
     ({"url": ""}, "required"), ({"events": []}, "Choose at least one event"),
     ({"events": ["character.eaten"]}, "not one of")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field(
    alices: Client, settings: Any, fields: dict[str, Any], told: str
) -> None:
    settings.OUTBOUND_LOCAL = False
    answer = alices.post(reverse("webhook-add"), {"url": "https://example.org/hook", "events": EVENTS} | fields)
    assert answer.status_code == 400
    assert told in text_of(answer)
    assert not Webhook.objects.exists()


def test_address_and_events_are_changed_and_the_secret_stays(alices: Client, hook: Webhook) -> None:
    before = open_secret(hook)
    path = reverse("webhook-edit", args=[hook.pk])
    assert text_of(alices.get(path)).count("checked") == 2
    answer = alices.post(path, {"url": "http://localhost:9000/", "events": ["character.milestone"]}, follow=True)
    assert answer.redirect_chain == [(page_of(hook), 302)]
    hook.refresh_from_db()
    assert (hook.url, hook.events, open_secret(hook)) == ("http://localhost:9000/", ["character.milestone"], before)
    assert alices.post(path, {"url": "ftp://x/", "events": EVENTS}).status_code == 400


def test_a_test_is_sent_and_the_page_says_how_it_was_taken(
    alices: Client, hook: Webhook, listener: Listener, django_capture_on_commit_callbacks: Any
) -> None:
    path = reverse("webhook-ping", args=[hook.pk])
    assert "A test is on its way." in text_of(alices.post(path, follow=True))
    waiting = Delivery.objects.get()
    watched = text_of(alices.get(page_of(hook)))
    assert f'hx-select="#sent-{waiting.pk}"' in watched
    assert "To be sent." in watched
    assert send(waiting.pk)
    taken = text_of(alices.get(page_of(hook)))
    for part in ("Delivered.", "Your server answered 204.", "1 attempt.", "&quot;type&quot;: &quot;ping&quot;"):
        assert part in taken
    assert "hx-get" not in taken
    assert "Delivered." in text_of(alices.get(reverse("webhooks")))
    alices.post(reverse("webhook-again", args=[hook.pk, waiting.pk]))
    assert Delivery.objects.filter(state=State.WAITING).get().payload["id"] == str(waiting.pk)
    assert listener.heard


@pytest.mark.parametrize(
    ("status", "error", "state", "told"),
    [(500, "status", State.WAITING, "Your server answered 500."), (302, "status", State.GIVEN_UP, "Redirects are not"),
     (None, "timeout", State.WAITING, "no answer within ten seconds"), (None, "tls", State.GIVEN_UP, "certificate"),
     (None, "forbidden_address", State.GIVEN_UP, "private network")],
)  # fmt: skip
def test_why_it_did_not_arrive_is_said_in_words(
    alices: Client, hook: Webhook, status: int | None, error: str, state: str, told: str
) -> None:
    sent = ping(webhook=hook)
    due = timezone.now() + timedelta(minutes=20, seconds=5)
    Delivery.objects.filter(pk=sent.pk).update(status=status, error=error, state=state, attempts=4, due_at=due)
    page = text_of(alices.get(page_of(hook)))
    assert told in page
    assert "4 attempts." in page
    assert ("Next one in 20\xa0minutes." in page) is (state == State.WAITING)
    assert ("Given up." in page) is (state == State.GIVEN_UP)


def test_paused_nothing_is_sent(alices: Client, hook: Webhook) -> None:
    path = reverse("webhook-active", args=[hook.pk])
    ping(webhook=hook)
    Delivery.objects.update(state=State.DELIVERED)
    paused = text_of(alices.post(path, {"active": "0"}, follow=True))
    hook.refresh_from_db()
    assert not hook.active
    assert "Paused: nothing is sent" in paused
    assert "Send a test" not in paused
    assert reverse("webhook-again", args=[hook.pk, Delivery.objects.get().pk]) not in paused
    assert "Paused." in text_of(alices.get(reverse("webhooks")))
    assert "Send a test" in text_of(alices.post(path, {"active": "1"}, follow=True))


def test_a_new_secret_takes_the_place_of_the_old_one(alices: Client, hook: Webhook) -> None:
    before = open_secret(hook)
    shown = secret_on(alices.post(reverse("webhook-secret", args=[hook.pk])))
    hook.refresh_from_db()
    assert shown == open_secret(hook) != before


def test_a_webhook_is_deleted_for_good(alices: Client, hook: Webhook) -> None:
    ping(webhook=hook)
    answer = alices.post(reverse("webhook-delete", args=[hook.pk]), follow=True)
    assert "The webhook is deleted." in text_of(answer)
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()


def test_the_log_holds_the_fifty_newest(alices: Client, hook: Webhook) -> None:
    for number in range(52):
        Delivery.objects.create(webhook=hook, event="character.milestone", payload={"data": {"talks": number}})
    page = text_of(alices.get(page_of(hook)))
    assert page.count('class="sent__item"') == 50
    assert "&quot;talks&quot;: 51" in page
    assert "&quot;talks&quot;: 1\n" not in page
    assert page.count("hx-get") == 3, "not every row asks every two seconds"


def test_the_pages_cost_a_known_number_of_queries(
    alice: User, alices: Client, hook: Webhook, django_assert_num_queries: Any
) -> None:
    alices.get(reverse("webhooks"))
    with django_assert_num_queries(5) as one:  # session, viewer, webhooks, the newest delivery of each, the plan
        alices.get(reverse("webhooks"))
    for number in range(QUOTAS["webhooks"].limit - 1):
        ping(webhook=make_webhook(owner=alice, url=f"https://example.org/{number}", events=EVENTS)[0])
    with django_assert_num_queries(len(one)):
        full = text_of(alices.get(reverse("webhooks")))
    assert "as many as one account can have" in full
    assert reverse("webhook-add") not in full
    refused = alices.post(reverse("webhook-add"), {"url": "https://example.org/", "events": EVENTS})
    assert "One account can have 20 webhooks" in text_of(refused)
    with django_assert_num_queries(4):
        alices.get(page_of(hook))


def test_strangers_find_nothing_and_guests_are_asked_to_sign_up(
    alices: Client, bob: User, bobs: Client, hook: Webhook, listener: Listener
) -> None:
    sent = ping(webhook=hook)
    mine = make_webhook(owner=bob, url="https://example.org/", events=EVENTS)[0]
    posts = [reverse(f"webhook-{name}", args=[hook.pk]) for name in ("active", "ping", "secret", "delete", "edit")]
    posts += [reverse("webhook-again", args=[each.pk, sent.pk]) for each in (hook, mine)]
    before = open_secret(hook)
    assert bobs.get(page_of(hook)).status_code == 404
    for path in posts:
        assert bobs.post(path, {"active": "0"}).status_code == 404, path
    hook.refresh_from_db()
    assert (hook.active, open_secret(hook), Delivery.objects.count()) == (True, before, 1)
    assert hook.url not in text_of(bobs.get(reverse("webhooks")))
    guest = signed_in(GuestFactory())
    assert guest.get(reverse("webhooks"))["Location"] == reverse("account_signup")
