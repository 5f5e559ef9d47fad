"""Reporting a character: a page of its own, which needs no script; and what became of all one has reported.

`report-character` at /characters/<character>/report/       moderation/report.html (`report_page`)
`reports` at /settings/reports/                             moderation/reports.html
    made                 [Made], the newest first; reading the page marks what was decided as read
"""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.views import limited_form
from characters.models import Character
from characters.selectors import edition_of
from moderation.models import Case
from moderation.report_page import reportable, reporting
from moderation.selectors.reports import made_by
from moderation.services import reports


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def report_character(request: HttpRequest, character_id: UUID) -> HttpResponse:
    reportable(request, Case.Kind.CHARACTER, character_id)
    character = Character.objects.get(pk=character_id)
    edition = edition_of(character)
    return reporting(
        request, Case.Kind.CHARACTER, character_id, page="character", name=edition.name, language=edition.language
    )


@require_safe
@login_required
@never_cache
def made_reports(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {"made": made_by(request.user)}
    reports.read_outcomes(request.user)
    return render(request, "moderation/reports.html", context)
