"""Everything of one's own as one file, and such a file brought.

`takeout` lists what there is; asked again with HX-Request it is account/_takeout.html alone. To ask for an archive and
to fetch it, somebody shows once more who they are (`_proved`).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    raise_if_reauthentication_required,
)
from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid, ProductError
from accounts.forms import Styled
from accounts.models import Restoration, Takeout, User
from accounts.proof import ProofField
from accounts.restore import services as restore
from accounts.restore.guard import MAX_FILE, MB
from accounts.restore.words import failure, problem
from accounts.takeout import services
from accounts.takeout.words import section_called
from accounts.views import limited_form, viewer_of

LISTED = 5


class ProofForm(Styled, forms.Form):
    """For whoever has neither a password nor a passkey to show."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.fields["proof"] = ProofField(user)
        self.fields["proof"].widget.attrs["class"] = "input"


def _proved(request: HttpRequest, user: User) -> ProofForm | None:
    """Sends whoever has a password or a passkey to show it; of all others, the form that asks, unless it is right."""
    if get_reauthentication_flows(user):
        raise_if_reauthentication_required(request, app="account")
        return None
    form = ProofForm(request.POST, user=user)
    return None if form.is_valid() else form


@require_safe
@never_cache
@login_required
def page(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: HttpRequest, form: ProofForm | None = None, *, status: int = 200) -> HttpResponse:
    user = viewer_of(request)
    needs_form = not get_reauthentication_flows(user)
    takeouts = list(services.takeouts_of(user)[:LISTED])
    restorations = [_told(row) for row in restore.restorations_of(user)[:LISTED]]
    context = {
        "takeouts": takeouts,
        "restorations": restorations,
        "at_work": any(row.state in Takeout.AT_WORK for row in takeouts)
        or any(each["row"].state in Restoration.AT_WORK for each in restorations),
        "ready": any(row.state == Takeout.State.READY for row in takeouts),
        "building": any(row.state in Takeout.AT_WORK for row in takeouts),
        "taking": any(each["row"].state in Restoration.AT_WORK for each in restorations),
        "form": form or (ProofForm(user=user) if needs_form else None),
        "max_bytes": MAX_FILE,
        "max_megabytes": MAX_FILE // MB,
    }
    template = "account/_takeout.html" if request.headers.get("HX-Request") else "account/takeout.html"
    return render(request, template, context, status=status)


def _told(row: Restoration) -> dict[str, Any]:
    report = restore.report_of(row)
    at_work = row.state in Restoration.AT_WORK
    return {
        "row": row,
        "progress": (restore.progress_of(row.pk) or 0) if at_work else 1,
        "failure": failure(row.error) if row.state == Restoration.State.FAILED else "",
        "counts": [(section_called(name), count) for name, count in sorted(report.counts.items()) if count],
        "refused": sum(report.refused.values()),
        "problems": [(each, problem(each.code, each.said)) for each in report.problems],
    }


@require_POST
@login_required
@limited_form("6/h", closed=True)
def ask(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    if (form := _proved(request, user)) is not None:
        return _shown(request, form, status=400)
    with suppress(services.UnderWay):  # asked for twice, it is put together once
        services.ask(user=user, site=request.build_absolute_uri("/"), language=get_language() or "en")
    return redirect("takeout")


@require_POST
@login_required
@limited_form()
def call_off(request: HttpRequest, takeout_id: UUID) -> HttpResponse:
    services.call_off(user=viewer_of(request), takeout_id=takeout_id)
    return redirect("takeout")


@require_safe
@never_cache
@login_required
@limited_form("30/h", method="GET")
def file(request: HttpRequest, takeout_id: UUID) -> HttpResponseBase:
    """The archive, for the person alone."""
    user = viewer_of(request)
    size, pieces = services.file_of(user=user, takeout_id=takeout_id)
    if get_reauthentication_flows(user):
        raise_if_reauthentication_required(request, app="account")
    response = StreamingHttpResponse(_in_threads(pieces), content_type="application/zip")
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = 'attachment; filename="dramatis.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is opened beside the event loop, when the reader has taken the one before."""

    def following() -> bytes | None:
        try:
            return next(pieces, None)
        finally:
            close_old_connections()

    while (piece := await sync_to_async(following, thread_sensitive=False)()) is not None:
        yield piece


@require_POST
@login_required
@limited_form("10/h", closed=True)
def bring(request: HttpRequest) -> HttpResponse:
    brought = request.FILES.get("file")
    try:
        if brought is None:
            raise Invalid(_("Choose a file first."), field="file")
        restore.bring(user=viewer_of(request), chunks=brought.chunks())
    except ProductError as error:
        messages.warning(request, str(error.message))
    return redirect("takeout")


@require_POST
@login_required
@limited_form()
def bring_call_off(request: HttpRequest, restoration_id: UUID) -> HttpResponse:
    restore.call_off(user=viewer_of(request), restoration_id=restoration_id)
    return redirect("takeout")
