"""How one's characters are received, and what they earned. Groups under ten are hidden."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.pagination import paginated
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid
from characters.api.base import CreatorsView
from characters.models import Earning
from characters.selectors.statistics import KINDS, overview, statistics_of

TAG = "statistics"


class FigureSerializer(serializers.Serializer[Any]):
    value = serializers.IntegerField(allow_null=True, help_text="null while it is hidden.")
    hidden = serializers.BooleanField(help_text="Fewer than ten people stand behind it.")
    growing = serializers.BooleanField(help_text="It still grows: at least so many.")


class SpanSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KINDS)
    since = serializers.DateField()
    end = serializers.DateField(help_text="The first day after it.")
    talks = FigureSerializer()
    players = FigureSerializer()
    returning = FigureSerializer(help_text="Players who had come before.")
    replies = FigureSerializer()
    takes = FigureSerializer(help_text="Replies asked for again.")
    again = serializers.IntegerField(allow_null=True, help_text="Takes, in per cent of all replies.")


class TotalsSerializer(serializers.Serializer[Any]):
    talks = FigureSerializer()
    players = FigureSerializer()
    replies = FigureSerializer()


class OpeningSerializer(serializers.Serializer[Any]):
    version_id = serializers.UUIDField(source="version")
    language = serializers.CharField()
    number = serializers.IntegerField()
    talks = FigureSerializer()
    answered = serializers.IntegerField(allow_null=True, help_text="Per cent of talks that went on.")
    swiped = serializers.IntegerField(allow_null=True, help_text="Per cent of talks that chose another opening.")


class LengthSerializer(serializers.Serializer[Any]):
    least = serializers.IntegerField(help_text="Replies.")
    most = serializers.IntegerField(allow_null=True)
    percent = serializers.IntegerField(allow_null=True, help_text="Of talks that ended there.")


class LoreUseSerializer(serializers.Serializer[Any]):
    entry_id = serializers.UUIDField(source="entry")
    book_id = serializers.UUIDField(source="book")
    name = serializers.CharField()
    fired = FigureSerializer()
    cut = FigureSerializer()
    never = serializers.BooleanField(help_text="It did not come up in the last month.")


class StatisticsSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KINDS)
    totals = TotalsSerializer()
    spans = SpanSerializer(many=True, help_text="Oldest first.")
    openings = OpeningSerializer(many=True)
    lengths = LengthSerializer(many=True, help_text="Where people stop.")
    lore = LoreUseSerializer(many=True)


class OverviewEntrySerializer(serializers.Serializer[Any]):
    character_id = serializers.UUIDField(source="character.id")
    name = serializers.CharField(source="character.edition.name")
    loves = FigureSerializer()
    totals = TotalsSerializer()
    weeks = SpanSerializer(many=True)


class OverviewSerializer(serializers.Serializer[Any]):
    characters = OverviewEntrySerializer(many=True)


class EarningSerializer(serializers.Serializer[Earning]):
    id = serializers.UUIDField()
    character_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    month = serializers.DateField()
    tokens = serializers.IntegerField(help_text="Said on premium plans.")
    micros = serializers.IntegerField(help_text="Millionths of the currency.")
    currency = serializers.CharField()
    closed = serializers.BooleanField(help_text="It does not change any more.")


class StatisticsView(CreatorsView):
    reads = Scope.STATISTICS_READ


class Overview(StatisticsView):
    @operation(
        "statistics_overview",
        "All your characters at a glance",
        answer=OverviewSerializer,
        scope=Scope.STATISTICS_READ,
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        return Response(OverviewSerializer({"characters": overview(user=self.user)}).data)


class CharacterStatistics(StatisticsView):
    @operation(
        "statistics_of_character",
        "How one character is received",
        answer=StatisticsSerializer,
        problems=[404],
        scope=Scope.STATISTICS_READ,
        tag=TAG,
        parameters=[query("by", "Days, weeks or months.", enum=list(KINDS))],
    )
    def get(self, request: Request, character_id: UUID) -> Response:
        kind = asked_for(request, "by").get("by", KINDS[0])
        if kind not in KINDS:
            raise Invalid(field="by")
        return Response(StatisticsSerializer(statistics_of(self.my_character(character_id), kind=kind)).data)


class Earnings(StatisticsView):
    @operation(
        "earnings_list",
        "What your characters earned, by month",
        answer=EarningSerializer,
        paged=True,
        scope=Scope.STATISTICS_READ,
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        rows = Earning.objects.filter(creator=self.user)
        return Response(
            paginated(request, rows, lambda row: EarningSerializer(row).data, order=("-month", "name", "id"))
        )
