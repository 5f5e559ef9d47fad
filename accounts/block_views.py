"""Blocking other players: asked on a page of its own, listed in the settings."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import blocks
from accounts.addresses import is_ours
from accounts.models import User
from accounts.selectors import display_name
from accounts.views import limited_form


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    return render(request, "account/blocks.html", {"blocked": blocks.blocked_by(_viewer(request))})


@require_safe
@login_required
def ask(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Whether they are sure, and what comes of it. `next` is where they came from."""
    user = _viewer(request)
    person = blocks.get_person(user=user, person_id=person_id)
    context = {
        "person": person,
        "name": display_name(person),
        "next": _back(request, request.GET.get("next") or request.headers.get("Referer", "")),
        "already": blocks.has_blocked(user=user, person_id=person_id),
    }
    return render(request, "account/block.html", context)


@require_POST
@login_required
@limited_form()
def block(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """`hides_lines`: their lines are folded in rooms that both are in."""
    blocks.block(user=_viewer(request), person_id=person_id, hides_lines="hides_lines" in request.POST)
    messages.success(request, _("Blocked."))
    return redirect(_back(request, request.POST.get("next", "")))


@require_POST
@login_required
@limited_form()
def unblock(request: HttpRequest, person_id: UUID) -> HttpResponse:
    blocks.unblock(user=_viewer(request), person_id=person_id)
    messages.success(request, _("No longer blocked."))
    return redirect("blocks")


def _back(request: HttpRequest, address: str) -> str:
    return address if address and is_ours(request, address) else resolve_url("blocks")


def _viewer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
