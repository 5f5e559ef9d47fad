"""Telling moderators of something, and what became of it."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MembersView, read_body
from accounts.api.pagination import paginated
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.limits import client_ip
from moderation.models import Case, Reason, Report
from moderation.selectors.reports import reports_of
from moderation.services.reports import MAX_TEXT, report, report_character
from moderation.subjects import subject_of

TAG = "reports"


class ReportSerializer(serializers.Serializer[Report]):
    id = serializers.UUIDField()
    character_id = serializers.UUIDField()
    reason = serializers.ChoiceField(Reason.choices)
    state = serializers.ChoiceField(Report.State.choices)
    created_at = serializers.DateTimeField()


class ReportMadeSerializer(serializers.Serializer[Report]):
    """`state` says what came of it: `dismissed`, or `upheld` where something was done."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Case.Kind.choices, source="case.kind")
    subject = serializers.UUIDField(source="case.subject", help_text="The id of what was reported.")
    reason = serializers.ChoiceField(Reason.choices)
    state = serializers.ChoiceField(Report.State.choices)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class NewReportSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(Reason.choices)
    text = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_TEXT,
        trim_whitespace=False,
        help_text="What moderators should know; `other` needs it. Kept encrypted.",
    )


class NewReportOfSerializer(NewReportSerializer):
    kind = serializers.ChoiceField(Case.Kind.choices)
    subject = serializers.UUIDField(
        help_text="The id of the message, the character, the story, the player or the room."
    )


class Reports(MembersView):
    reads = writes = Scope.REPORTS_WRITE

    @operation(
        "reports_list",
        "What you have reported",
        answer=ReportMadeSerializer,
        paged=True,
        scope=Scope.REPORTS_WRITE,
        tag=TAG,
        description="The newest first, with what became of each.",
    )
    def get(self, request: Request) -> Response:
        found = reports_of(self.user).exclude(case=None)
        return Response(paginated(request, found, lambda row: ReportMadeSerializer(row).data))

    @operation(
        "reports_make",
        "Report a message, a character, a story, a player or a room",
        statuses={201: ReportMadeSerializer, 200: ReportMadeSerializer},
        takes=NewReportOfSerializer,
        once=True,
        problems=[404],
        scope=Scope.REPORTS_WRITE,
        tag=TAG,
        description=(
            "A message of a talk that you are in, a character or a story that you may open, a player whom you met in a "
            "room or who shows characters to everybody, a room that you are or were in. While your report is open, "
            "another one changes nothing: the first is answered, with 200. Whom it is about never learns who reported."
        ),
    )
    def post(self, request: Request) -> Response:
        said = read_body(NewReportOfSerializer, request)
        made, new = report(user=self.user, ip=client_ip(request._request), **said)
        return Response(ReportMadeSerializer(made).data, status=201 if new else 200)


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
        subject_of(Case.Kind.CHARACTER).reportable(user=self.user, subject=character_id)
        said = read_body(NewReportSerializer, request)
        made, new = report_character(user=self.user, character_id=character_id, ip=client_ip(request._request), **said)
        return Response(ReportSerializer(made).data, status=201 if new else 200)
