"""Links to a branch: `shared` is what a reader sees, without an account and without a trace; the rest is its owner's.

`talk-shares` at /talks/<uuid>/share/ offers a new link and lists those of the talk; `share-add` answers with the same
page and the link, which is shown this once. `shares` at /talks/shared/ lists all of one's links.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.age import AgeNeeded
from accounts.errors import Invalid
from accounts.models import User
from accounts.views import limited_form
from chat.errors import page
from chat.forms import fields_of, number_of, text_of
from chat.selectors import cast_version, title_of
from chat.selectors.shares import links_of, shared_by
from chat.services.conversations import owned
from chat.services.shares import revoke_share, share_branch
from chat.views import viewer

LASTING = [
    ("", _("until I revoke it")),
    ("1", _("for a day")),
    ("7", _("for a week")),
    ("30", _("for a month")),
    ("365", _("for a year")),
]


@require_GET
@page
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    try:
        found = shared_by(secret, viewer=request.user, page=number)
    except AgeNeeded:
        return render(request, "chat/no_entry.html", {"why": "age", "here": request.path}, status=403)
    response = render(request, "chat/shared.html", {"shared": found, "version": found.version})
    # The address is the secret: no other site, no search engine and no cache gets to know it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@page
def shares(request: HttpRequest) -> HttpResponse:
    links = links_of(request.user) if request.user.is_authenticated else []
    return render(request, "chat/shares.html", {"links": links})


@require_GET
@page
def of_talk(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    return _page(request, viewer(request), conversation_id)


def _page(request: HttpRequest, user: User, conversation_id: UUID, **more: Any) -> HttpResponse:
    conversation = owned(user, conversation_id)
    version = cast_version(conversation)
    context = {
        "talk": conversation,
        "version": version,
        "title": title_of(conversation) or version.name,
        "links": links_of(user, conversation_id=conversation_id),
        "lasting": LASTING,
        **more,
    }
    status = more["refused"].status if "refused" in more else 200
    return render(request, "chat/share.html", context, status=status)


@require_POST
@limited_form("60/h")
@page
def add(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user, fields = viewer(request), fields_of(request)
    try:
        days = number_of(fields, "days") or None
        _share, token = share_branch(
            user=user, conversation_id=conversation_id, named=text_of(fields, "named") == "1", days=days
        )
    except Invalid as refused:
        return _page(request, user, conversation_id, refused=refused)
    response = _page(request, user, conversation_id, link=request.build_absolute_uri(reverse("shared", args=[token])))
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@page
def revoke(request: HttpRequest, share_id: UUID) -> HttpResponse:
    revoke_share(user=viewer(request), share_id=share_id)
    return redirect("shares")
