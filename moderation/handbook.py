"""The handbook for moderators: whoever opens a queue for the first time reads it first, and says so.

A version that changes what moderators have to do gets another number, and is read again.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import NotFound
from accounts.models import User
from moderation.models import HandbookRead
from moderation.services import audit

VERSION = 3
QUEUES = (
    "accounts_sanction", "characters_publication", "stories_storypublication", "moderation_appeal", "moderation_case",
    "moderation_reading", "moderation_rightsnotice",
)  # fmt: skip


class HandbookFirst:
    """Leads to the handbook whoever may open a queue and has not read this version of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.app_name != "admin" or not (match.url_name or "").startswith(QUEUES):
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_staff or has_read(user):
            return None
        return HttpResponseRedirect(f"{reverse('handbook')}?{urlencode({'next': request.get_full_path()})}")


def has_read(user: User) -> bool:
    return HandbookRead.objects.filter(user=user, version=VERSION).exists()


def acknowledge(user: User) -> None:
    """Safe to say twice."""
    _read, new = HandbookRead.objects.get_or_create(user=user, version=VERSION)
    if new:
        audit.record("handbook.read", by=user, kind="user", subject=user.pk, version=VERSION)


@require_http_methods(["GET", "HEAD", "POST"])
def handbook(request: HttpRequest) -> HttpResponse:
    """`handbook` at /admin/handbook/: for the team alone. What it leads on to stands in `next`."""
    from django.contrib import admin

    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        raise NotFound
    on = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(on, {request.get_host()}, require_https=request.is_secure()):
        on = reverse("admin:index")
    if request.method == "POST":
        acknowledge(user)
        messages.success(request, _("Thank you. The handbook stays where you find it: on the first page of the admin."))
        return HttpResponseRedirect(on)
    chinese = (get_language() or "").startswith("zh")
    context = admin.site.each_context(request) | {
        "title": _("Handbook for moderators"),
        "words": f"admin/handbook/{'zh' if chinese else 'en'}.html",
        "next": on,
        "read": has_read(user),
        "version": VERSION,
    }
    return render(request, "admin/handbook/page.html", context)
