"""The form of rights holders, and the author's answer.

`rights` at /rights/ (?character=<uuid>)                 moderation/rights.html
    form, character (None: choose by its address), version, sent
`counter-notice` at /characters/<uuid>/counter-notice/   moderation/counter_notice.html
    notice, character, refused
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import NotFound, ProductError
from accounts.limits import client_ip
from accounts.views import limited_form, viewer_of
from characters.selectors import edition_of
from moderation.forms import RightsForm
from moderation.services import rights


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def rights_form(request: HttpRequest) -> HttpResponse:
    form = RightsForm(request.POST if request.method == "POST" else None, initial={"character": asked(request)})
    sent, refused = False, None
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in ("faith", "truth", "character")}
        try:
            rights.receive(character_id=form.cleaned_data["character"], ip=client_ip(request), **said)
            sent = True
        except NotFound:
            form.add_error("character", _("There is no such character here."))
        except ProductError as error:
            refused = error
    status = refused.status if refused else 400 if form.errors else 200
    return render(request, "moderation/rights.html", {"form": form, "sent": sent, "refused": refused}, status=status)


def asked(request: HttpRequest) -> str:
    try:
        return request.build_absolute_uri(f"/characters/{UUID(request.GET.get('character', ''))}/")
    except ValueError:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limited_form("20/m")
def counter_notice(request: HttpRequest, character_id: UUID) -> HttpResponse:
    user = viewer_of(request)
    notice, refused = rights.hidden_for(user=user, character_id=character_id), None
    if request.method == "POST":
        try:
            rights.answer(user=user, character_id=character_id, text=request.POST.get("text", ""))
        except ProductError as error:
            refused = error
        else:
            messages.success(request, _("Thank you. A moderator reads it and decides."))
            return redirect("character", character_id=character_id)
    context = {
        "notice": notice,
        "version": edition_of(notice.character),
        "refused": refused,
        "written": request.POST.get("text", ""),
    }
    return render(request, "moderation/counter_notice.html", context, status=refused.status if refused else 200)
