"""Reporting a character: a page of its own, which needs no script; and what became of all one has reported.

`report-character` at /characters/<character>/report/       moderation/report_character.html
    character, version   what is reported
    form                 ReportForm: reason, text
    already              Report or None: what this visitor said before, while nobody has decided on it
    refused              ProductError or None: why it was not taken; what was typed is kept
  POST leads back to the character's page. Who came without an account becomes a guest, as whoever begins a talk.
`reports` at /settings/reports/                             moderation/reports.html
    made                 [Made], the newest first; reading the page marks what was decided as read
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Invalid, NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.limits import client_ip
from accounts.models import User
from accounts.views import limited_form
from characters.models import Character
from characters.selectors import edition_of
from moderation.forms import ReportForm
from moderation.models import Case
from moderation.selectors.reports import made_by, open_report_of
from moderation.services import reports
from moderation.subjects import subject_of


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def report_character(request: HttpRequest, character_id: UUID) -> HttpResponse:
    subject_of(Case.Kind.CHARACTER).reportable(user=request.user, subject=character_id)
    character = Character.objects.get(pk=character_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, character, form)
    try:
        user = get_or_create_guest(request)
        said = {name: form.cleaned_data[name] for name in ("reason", "text")}
        reports.report_character(user=user, character_id=character.pk, ip=client_ip(request), **said)
    except NotFound:
        raise
    except Invalid as error:
        form.add_error(error.extra["field"], str(error.message))
        return _form(request, character, form)
    except ProductError as error:
        return _form(request, character, form, refused=error)
    messages.success(request, _("Thank you. A moderator looks at it."))
    return redirect("character", character_id=character.pk)


@require_safe
@login_required
@never_cache
def made_reports(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {"made": made_by(request.user)}
    reports.read_outcomes(request.user)
    return render(request, "moderation/reports.html", context)


def _form(
    request: HttpRequest, character: Character, form: ReportForm, *, refused: ProductError | None = None
) -> HttpResponse:
    context = {
        "character": character,
        "version": edition_of(character),
        "form": form,
        "already": open_report_of(user=request.user, kind=Case.Kind.CHARACTER, subject=character.pk),
        "refused": refused,
    }
    status = refused.status if refused else 400 if form.errors else 200
    return render(request, "moderation/report_character.html", context, status=status)
