"""What models were used, and what is left, for programs."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.spending.usage import Left, Part, Total, Use, use_of


class UseCostSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    micros = serializers.IntegerField(help_text="Millionths of the currency.")


class UseTotalSerializer(serializers.Serializer[Any]):
    calls = serializers.IntegerField()
    kept_answers = serializers.IntegerField(help_text="Asked again, and answered for nothing.")
    prompt_tokens = serializers.IntegerField()
    cached_tokens = serializers.IntegerField(help_text="Of the prompt's, those that the provider had.")
    written_tokens = serializers.IntegerField(help_text="Of the prompt's, those that the provider keeps from now on.")
    completion_tokens = serializers.IntegerField()
    cost = UseCostSerializer(many=True, help_text="Of what has a price.")


class UseDaySerializer(UseTotalSerializer):
    day = serializers.DateField()


class UsePartSerializer(UseTotalSerializer):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class UseCapSerializer(serializers.Serializer[Any]):
    span = serializers.ChoiceField(choices=("day", "month"))
    measure = serializers.ChoiceField(choices=("tokens", "money"))
    currency = serializers.CharField(allow_blank=True)
    limit = serializers.IntegerField(help_text="Tokens, or millionths of the currency.")
    used = serializers.IntegerField()
    left = serializers.IntegerField()
    resets_on = serializers.DateField(help_text="At 0:00 UTC.")


class UsageSerializer(serializers.Serializer[Any]):
    today = UseTotalSerializer()
    month = UseTotalSerializer()
    days = UseDaySerializer(many=True)
    characters = UsePartSerializer(many=True)
    models = UsePartSerializer(many=True)
    operations = UsePartSerializer(many=True)
    keys = UsePartSerializer(many=True)
    caps = UseCapSerializer(many=True)


class Usage(ApiView):
    reads = Scope.USAGE_READ

    @operation(
        "usage",
        "What models were used for you, and what is left",
        answer=UsageSerializer,
        tag="me",
        scope=Scope.USAGE_READ,
        description="Today and this month (UTC); the tables are of this month. Only your own caps are listed.",
    )
    def get(self, request: Request) -> Response:
        return Response(_told(use_of(self.user)))


def _told(use: Use) -> dict[str, Any]:
    return {
        "today": _total(use.today),
        "month": _total(use.month),
        "days": [{"day": day, **_total(total)} for day, total in use.days if total.calls or total.again],
        "characters": [_part(part) for part in use.by_character],
        "models": [_part(part) for part in use.by_model],
        "operations": [_part(part) for part in use.by_operation],
        "keys": [_part(part) for part in use.by_key],
        "caps": [_cap(each) for each in use.caps],
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "calls": total.calls,
        "kept_answers": total.again,
        "prompt_tokens": total.prompt,
        "cached_tokens": total.cached,
        "written_tokens": total.written,
        "completion_tokens": total.completion,
        "cost": [{"currency": currency, "micros": micros} for currency, micros in sorted(total.micros.items())],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"id": part.id, "name": part.name, **_total(part.sum)}


def _cap(each: Left) -> dict[str, Any]:
    return {
        "span": each.limit.span,
        "measure": each.limit.measure,
        "currency": each.limit.currency,
        "limit": each.limit.most,
        "used": each.used,
        "left": each.left,
        "resets_on": each.counter.until,
    }
