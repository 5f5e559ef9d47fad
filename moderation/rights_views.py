"""The form of rights holders, and the author's answer.

`rights` at /rights/ (?character=<uuid>, ?story=<uuid>)   moderation/rights.html
    form, sent, refused
`counter-notice` at /characters/<uuid>/counter-notice/    moderation/counter_notice.html (`answering`)
    notice, kind, name, language, back_url, refused, written
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import NotFound, ProductError
from accounts.limits import client_ip
from accounts.views import limited_form, viewer_of
from moderation.forms import RightsForm
from moderation.models import Case
from moderation.services import rights
from moderation.subjects import made_of, made_things


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def rights_form(request: HttpRequest) -> HttpResponse:
    form = RightsForm(request.POST if request.method == "POST" else None, initial={"where": asked(request)})
    sent, refused = False, None
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in ("faith", "truth", "where")}
        kind, subject = form.cleaned_data["where"]
        try:
            rights.receive(kind=kind, subject=subject, ip=client_ip(request), **said)
            sent = True
        except NotFound:
            form.add_error("where", _("There is no such character or story here."))
        except ProductError as error:
            refused = error
    status = refused.status if refused else 400 if form.errors else 200
    return render(request, "moderation/rights.html", {"form": form, "sent": sent, "refused": refused}, status=status)


def asked(request: HttpRequest) -> str:
    """The address of what the link to this page was beside."""
    for kind, made in made_things().items():
        try:
            return request.build_absolute_uri(reverse(made.page, args=[UUID(request.GET.get(kind, ""))]))
        except ValueError:
            continue
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def counter_notice(request: HttpRequest, character_id: UUID) -> HttpResponse:
    return answering(request, Case.Kind.CHARACTER, character_id)


@login_required
def answering(request: HttpRequest, kind: str, subject: UUID) -> HttpResponse:
    """What a rights holder says of one's own work, and the answer to it. Raises NotFound where nothing hides it."""
    user, made = viewer_of(request), made_of(kind)
    notice, refused = rights.hidden_for(user=user, kind=kind, subject=subject), None
    back = reverse(made.page, args=[subject])
    if request.method == "POST":
        try:
            rights.answer(user=user, kind=kind, subject=subject, text=request.POST.get("text", ""))
        except ProductError as error:
            refused = error
        else:
            messages.success(request, _("Thank you. A moderator reads it and decides."))
            return redirect(back)
    version = made.version_for(notice.subject)
    context = {
        "notice": notice,
        "kind": kind,
        "name": made.named(version),
        "language": made.spoken(version),
        "back_url": back,
        "refused": refused,
        "written": request.POST.get("text", ""),
    }
    return render(request, "moderation/counter_notice.html", context, status=refused.status if refused else 200)
