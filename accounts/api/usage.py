"""What models were used, and what is left, for programs."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.limits import seconds_until_tomorrow
from accounts.limits.looking import standing_of
from accounts.models import User
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


class AllowanceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(
        help_text="`user` in a row, `hour`, `organisation` (an hour, of its members together), `turns` at once,"
        " `messages`, `letters` to read and letters `spoken` a day."
    )
    limit = serializers.IntegerField()
    left = serializers.IntegerField()
    seconds = serializers.IntegerField(
        allow_null=True, help_text="Until all of it is there again; null: as replies end."
    )


class PlanLeftSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    allowances = AllowanceSerializer(
        many=True, help_text="What sets a limit; those that cannot be counted right now are left out."
    )


class UsageSerializer(serializers.Serializer[Any]):
    today = UseTotalSerializer()
    month = UseTotalSerializer()
    days = UseDaySerializer(many=True)
    characters = UsePartSerializer(many=True)
    models = UsePartSerializer(many=True)
    operations = UsePartSerializer(many=True)
    keys = UsePartSerializer(many=True)
    caps = UseCapSerializer(many=True)
    plan = PlanLeftSerializer()


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
        left = {"code": self.user.plan_id, "name": str(self.user.plan), "allowances": _allowances(self.user)}
        return Response(_told(use_of(self.user)) | {"plan": left})


def _allowances(user: User) -> list[dict[str, Any]]:
    """What the plan leaves just now; nothing is charged for looking."""
    standing, tomorrow = standing_of(user), seconds_until_tomorrow()
    told: list[tuple[str, int, int, int | None]] = [
        (rate.name, rate.limit, rate.remaining, rate.seconds) for rate in standing.rates or ()
    ]
    if standing.turns_at_once is not None and standing.under_way is not None:
        free = max(0, standing.turns_at_once - standing.under_way)
        told.append(("turns", standing.turns_at_once, free, None))
    for name, day in (("messages", standing.messages), ("letters", standing.embedded), ("spoken", standing.spoken)):
        if day is not None:
            told.append((name, day.most, day.left, tomorrow))
    return [dict(zip(("name", "limit", "left", "seconds"), each, strict=True)) for each in told]


def _told(use: Use) -> dict[str, Any]:
    return {
        "today": total_data(use.today),
        "month": total_data(use.month),
        "days": [{"day": day, **total_data(total)} for day, total in use.days if total.calls or total.again],
        "characters": [_part(part) for part in use.by_character],
        "models": [_part(part) for part in use.by_model],
        "operations": [_part(part) for part in use.by_operation],
        "keys": [_part(part) for part in use.by_key],
        "caps": [cap_data(each) for each in use.caps],
    }


def total_data(total: Total) -> dict[str, Any]:
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
    return {"id": part.id, "name": part.name, **total_data(part.sum)}


def cap_data(each: Left) -> dict[str, Any]:
    return {
        "span": each.limit.span,
        "measure": each.limit.measure,
        "currency": each.limit.currency,
        "limit": each.limit.most,
        "used": each.used,
        "left": each.left,
        "resets_on": each.counter.until,
    }
