"""Telling moderators of a character."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MembersView, read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.limits import client_ip
from moderation.models import Reason, Report
from moderation.services.reports import MAX_TEXT, report_character, reportable

TAG = "reports"


class ReportSerializer(serializers.Serializer[Report]):
    id = serializers.UUIDField()
    character_id = serializers.UUIDField()
    reason = serializers.ChoiceField(Reason.choices)
    state = serializers.ChoiceField(Report.State.choices)
    created_at = serializers.DateTimeField()


class NewReportSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(Reason.choices)
    text = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_TEXT,
        trim_whitespace=False,
        help_text="What moderators should know; `other` needs it. Kept encrypted.",
    )


class CharacterReports(MembersView):
    writes = Scope.REPORTS_WRITE

    @operation(
        "reports_create",
        "Report a character",
        statuses={201: ReportSerializer, 200: ReportSerializer},
        takes=NewReportSerializer,
        once=True,
        problems=[404],
        scope=Scope.REPORTS_WRITE,
        tag=TAG,
        description=(
            "Whomever you may open; your own are refused. While your report is open, another one changes nothing: the "
            "first is answered, with 200. The author never learns who reported."
        ),
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        reportable(user=self.user, character_id=character_id)
        said = read_body(NewReportSerializer, request)
        report, new = report_character(
            user=self.user, character_id=character_id, ip=client_ip(request._request), **said
        )
        return Response(ReportSerializer(report).data, status=201 if new else 200)
