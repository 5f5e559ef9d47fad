"""Webhooks, and what was sent to them."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.etags import check_match, etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation
from accounts.api_keys import Scope
from characters.api.base import CreatorsView, created, gone
from characters.models import Delivery, Webhook
from characters.services.webhooks import EVENTS, edit_webhook, make_webhook, ping, redeliver, renew_secret

TAG = "webhooks"


class WebhookSerializer(serializers.Serializer[Webhook]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(EVENTS))
    active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


@extend_schema_field({"type": "string", "format": "uri", "pattern": "^https?://[a-z0-9]", "maxLength": 500})
class Address(serializers.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=500, help_text="https, and of the public internet.", **options)


class NewWebhookSerializer(serializers.Serializer[Any]):
    url = Address()
    events = serializers.ListField(child=serializers.ChoiceField(EVENTS), min_length=1, max_length=10)


class EditWebhookSerializer(serializers.Serializer[Any]):
    url = Address(required=False)
    events = serializers.ListField(child=serializers.ChoiceField(EVENTS), min_length=1, max_length=10, required=False)
    active = serializers.BooleanField(required=False)


class MadeWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="What deliveries are signed with. It is shown this once.")


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField()


class DeliverySerializer(serializers.Serializer[Delivery]):
    id = serializers.UUIDField()
    event = serializers.CharField()
    payload = serializers.DictField(child=serializers.JSONField(), help_text="What is sent, as its body.")
    state = serializers.ChoiceField(Delivery.State.choices)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="What your server answered last.")
    error = serializers.CharField(allow_blank=True, help_text="Why the last attempt failed.")
    due_at = serializers.DateTimeField(help_text="While it waits: when it is tried again.")
    created_at = serializers.DateTimeField()


class WebhooksView(CreatorsView):
    reads, writes = Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE

    def mine(self, webhook_id: UUID, *, lock: bool = False) -> Webhook:
        rows = Webhook.objects.filter(owner=self.user)
        return (rows.select_for_update(of=("self",)) if lock else rows).get(pk=webhook_id)


def webhook_data(row: Webhook) -> dict[str, Any]:
    return dict(WebhookSerializer(row).data)


def delivery_data(row: Delivery) -> dict[str, Any]:
    return dict(DeliverySerializer(row).data)


class Webhooks(WebhooksView):
    @operation(
        "webhooks_list", "Your webhooks", answer=WebhookSerializer, paged=True, scope=Scope.WEBHOOKS_READ, tag=TAG
    )
    def get(self, request: Request) -> Response:
        return Response(paginated(request, Webhook.objects.filter(owner=self.user), webhook_data))

    @operation(
        "webhooks_create",
        "Set up a webhook",
        answer=MadeWebhookSerializer,
        status=201,
        takes=NewWebhookSerializer,
        once=True,
        tagged=True,
        scope=Scope.WEBHOOKS_WRITE,
        tag=TAG,
        description="Deliveries are signed as standardwebhooks.com says, and tried again for a day.",
    )
    def post(self, request: Request) -> Response:
        webhook, secret = make_webhook(owner=self.user, **read_body(NewWebhookSerializer, request))
        told = webhook_data(webhook)
        location = reverse("api-webhook", kwargs={"webhook_id": webhook.pk})
        return created(told | {"secret": secret}, location, etag=etag_of(told))


class WebhookDetail(WebhooksView):
    @operation(
        "webhooks_read",
        "One webhook",
        answer=WebhookSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.WEBHOOKS_READ,
        tag=TAG,
    )
    def get(self, request: Request, webhook_id: UUID) -> Response | HttpResponse:
        return tagged(request, webhook_data(self.mine(webhook_id)))

    @operation(
        "webhooks_edit",
        "Change a webhook, or switch it off",
        answer=WebhookSerializer,
        takes=EditWebhookSerializer,
        tagged=True,
        match="needed",
        problems=[404],
        scope=Scope.WEBHOOKS_WRITE,
        tag=TAG,
    )
    def patch(self, request: Request, webhook_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            webhook = self.mine(webhook_id, lock=True)
            check_match(request, webhook_data(webhook))
            edit_webhook(webhook=webhook, **read_body(EditWebhookSerializer, request))
        return tagged(request, webhook_data(webhook))

    @operation(
        "webhooks_delete",
        "Delete a webhook for good",
        status=204,
        problems=[404],
        scope=Scope.WEBHOOKS_WRITE,
        tag=TAG,
    )
    def delete(self, request: Request, webhook_id: UUID) -> HttpResponse:
        self.mine(webhook_id).delete()
        return gone()


class WebhookSecret(WebhooksView):
    @operation(
        "webhooks_renew_secret",
        "Have a new secret",
        answer=SecretSerializer,
        once=True,
        problems=[404],
        scope=Scope.WEBHOOKS_WRITE,
        tag=TAG,
        description="The old one signs nothing any more.",
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        return Response({"secret": renew_secret(webhook=self.mine(webhook_id))})


class WebhookPing(WebhooksView):
    @operation(
        "webhooks_ping",
        "Send a test",
        answer=DeliverySerializer,
        status=202,
        once=True,
        problems=[404],
        scope=Scope.WEBHOOKS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        return Response(delivery_data(ping(webhook=self.mine(webhook_id))), status=202)


class Deliveries(WebhooksView):
    @operation(
        "deliveries_list",
        "What was sent, and how it went",
        answer=DeliverySerializer,
        paged=True,
        problems=[404],
        scope=Scope.WEBHOOKS_READ,
        tag=TAG,
        description="Those of the last thirty days.",
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        return Response(paginated(request, self.mine(webhook_id).deliveries.all(), delivery_data))


class DeliveryDetail(WebhooksView):
    @operation(
        "deliveries_read",
        "One delivery",
        answer=DeliverySerializer,
        tagged=True,
        problems=[404],
        scope=Scope.WEBHOOKS_READ,
        tag=TAG,
    )
    def get(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response | HttpResponse:
        return tagged(request, delivery_data(self.mine(webhook_id).deliveries.get(pk=delivery_id)))


class DeliveryAgain(WebhooksView):
    @operation(
        "deliveries_redeliver",
        "Send it once more",
        answer=DeliverySerializer,
        status=202,
        once=True,
        problems=[404],
        scope=Scope.WEBHOOKS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        delivery = self.mine(webhook_id).deliveries.select_related("webhook").get(pk=delivery_id)
        return Response(delivery_data(redeliver(delivery=delivery)), status=202)
