"""Telling moderators of a story."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MembersView, read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.limits import client_ip
from moderation.api.reports import TAG, NewReportSerializer, ReportMadeSerializer
from moderation.models import Case
from moderation.services.reports import report
from moderation.subjects import subject_of


class StoryReports(MembersView):
    writes = Scope.REPORTS_WRITE

    @operation(
        "story_reports_create",
        "Report a story",
        statuses={201: ReportMadeSerializer, 200: ReportMadeSerializer},
        takes=NewReportSerializer,
        once=True,
        problems=[404],
        scope=Scope.REPORTS_WRITE,
        tag=TAG,
        description=(
            "One that you may open; your own are refused. While your report is open, another one changes nothing: the "
            "first is answered, with 200. The author never learns who reported."
        ),
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        subject_of(Case.Kind.STORY).reportable(user=self.user, subject=story_id)
        said = read_body(NewReportSerializer, request)
        ip = client_ip(request._request)
        made, new = report(user=self.user, kind=Case.Kind.STORY, subject=story_id, ip=ip, **said)
        return Response(ReportMadeSerializer(made).data, status=201 if new else 200)
