"""Webhooks in the studio: where a creator's own server is told what happens.

`webhooks` at /studio/webhooks/ lists them; `webhook-add` and `webhook-edit` are forms; `webhook` is one of them with
what was sent to it. POST: `webhook-active` (active=1 or 0), `webhook-ping`, `webhook-secret`, `webhook-delete` and
`webhook-again`. A secret is shown by the answer to the form that made it, and nowhere else. Guests are sent to the
sign-up.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Invalid, NotFound
from accounts.forms import Styled
from accounts.outbound import MAX_URL
from accounts.views import limited_form, members_only
from characters.delivery_words import EVENT_NAMES, event_name, how_it_went
from characters.models import Delivery, Webhook
from characters.selectors.webhooks import get_delivery, get_webhook, latest_deliveries, webhooks_for
from characters.services.quotas import QUOTAS
from characters.services.webhooks import (
    EVENTS,
    edit_webhook,
    make_webhook,
    ping,
    redeliver,
    renew_secret,
)
from characters.views.parts import member

# What is tried within this time is worth watching; at most so many rows ask at once.
SOON, WATCHED = timedelta(minutes=1), 3


class WebhookForm(Styled, forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=MAX_URL,
        help_text=gettext_lazy("https, and of the public internet."),
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("What should it hear of?"),
        choices=[(event, EVENT_NAMES[event]) for event in EVENTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one event.")},
    )


@require_safe
@members_only
def webhooks(request: HttpRequest) -> HttpResponse:
    listed = [
        {"webhook": each, "events": _heard(each), "last": _told(each.last[0]) if each.last else None}  # type: ignore[attr-defined]
        for each in webhooks_for(member(request))
    ]
    most = QUOTAS["webhooks"].limit_on(member(request).plan)
    context = {"listed": listed, "full": len(listed) >= most, "most": most}
    return render(request, "characters/studio/webhooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
@limited_form()
@sensitive_variables("secret")
def add(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(request.POST if request.method == "POST" else None, initial={"events": EVENTS})
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = make_webhook(owner=member(request), **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.extra["field"], str(error.message))
        else:
            return _secret(request, webhook, secret)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@limited_form()
def edit(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = _own(request, webhook_id)
    initial = {"url": webhook.url, "events": webhook.events}
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edit_webhook(webhook=webhook, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.extra["field"], str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("webhook", webhook_id=webhook.pk)
    return _form(request, form, webhook)


@require_safe
@members_only
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = _own(request, webhook_id)
    sent, soon = latest_deliveries(found), timezone.now() + SOON
    watched = [each for each in sent if each.state == Delivery.State.WAITING and each.due_at <= soon][:WATCHED]
    context = {
        "webhook": found,
        "host": urlsplit(found.url).netloc,
        "events": [event_name(event) for event in _heard(found)],
        "deliveries": [
            _told(each) | {"watched": each in watched, "body": json.dumps(each.payload, ensure_ascii=False, indent=2)}
            for each in sent
        ],
        "watched": watched,
    }
    return render(request, "characters/studio/webhook.html", context)


@require_POST
@members_only
@limited_form()
def active(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = edit_webhook(webhook=_own(request, webhook_id), active=request.POST.get("active") == "1")
    messages.success(request, _("It is told again.") if found.active else _("Paused: nothing is sent."))
    return redirect("webhook", webhook_id=found.pk)


@require_POST
@members_only
@limited_form("10/m")
def send_test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    ping(webhook=_own(request, webhook_id))
    messages.success(request, _("A test is on its way."))
    return redirect("webhook", webhook_id=webhook_id)


@require_POST
@members_only
@limited_form("10/m")
def again(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    try:
        found = get_delivery(user=member(request), webhook_id=webhook_id, delivery_id=delivery_id)
    except Delivery.DoesNotExist:
        raise NotFound from None
    redeliver(delivery=found)
    messages.success(request, _("It is sent once more."))
    return redirect("webhook", webhook_id=webhook_id)


@require_POST
@never_cache
@members_only
@limited_form()
@sensitive_variables("secret")
def secret(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = _own(request, webhook_id)
    return _secret(request, found, renew_secret(webhook=found))


@require_POST
@members_only
@limited_form()
def delete(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """For good, after the page has asked: the secret and what was sent go along."""
    _own(request, webhook_id).delete()
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks")


def _own(request: HttpRequest, webhook_id: UUID) -> Webhook:
    try:
        return get_webhook(user=member(request), webhook_id=webhook_id)
    except Webhook.DoesNotExist:
        raise NotFound from None


def _form(request: HttpRequest, form: WebhookForm, webhook: Webhook | None = None) -> HttpResponse:
    context = {"form": form, "webhook": webhook}
    return render(request, "characters/studio/webhook_form.html", context, status=400 if form.errors else 200)


def _secret(request: HttpRequest, webhook: Webhook, made: str) -> HttpResponse:
    context = {"webhook": webhook, "secret": made}
    return render(request, "characters/studio/webhook_secret.html", context)


def _heard(webhook: Webhook) -> list[str]:
    return [event for event in EVENTS if event in webhook.events]


def _told(delivery: Delivery) -> dict[str, Any]:
    return {"delivery": delivery, "event": event_name(delivery.event), "says": how_it_went(delivery)}
