"""Decisions about oneself: what was decided, why, and how to say that it was wrong.

`notices` at /settings/notices/                     moderation/notices.html
    told        [Told], the newest first; reading the page marks them as read
    refused     ProductError or None, `notice`: which appeal was not taken, `typed`: what was written
  POST /settings/notices/<notice>/appeal/ leads back.
`news` at /settings/news/ leads to these, or to reports that are decided, whichever is unread.
`account_inactive` at /account/inactive/            moderation/kept_out.html
    the same for who gave the right password of an account that is kept out, for an hour
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound, ProductError
from accounts.models import User
from accounts.views import limited_form
from accounts.visits import kept_out
from moderation.models import Notice
from moderation.selectors.notices import notices_for
from moderation.services import appeals
from moderation.services.news import read_notices


@require_safe
@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    return _page(request, request.user)


@require_safe
@login_required
@never_cache
def news(request: HttpRequest) -> HttpResponse:
    """To where something waits to be read."""
    assert isinstance(request.user, User)
    waits = Notice.objects.filter(user=request.user, read_at=None).exists()
    return redirect("notices" if waits else "reports")


@require_safe
@never_cache
def kept_out_page(request: HttpRequest) -> HttpResponse:
    """Without the right password there is nothing to read but that it is closed."""
    return _page(request, kept_out(request.session))


@require_POST
@limited_form("10/m")
def appeal(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else kept_out(request.session)
    if user is None:
        raise NotFound
    typed = request.POST.get("text", "")
    try:
        appeals.appeal(user=user, notice_id=notice_id, text=typed)
    except NotFound:
        raise
    except ProductError as error:
        return _page(request, user, refused=error, notice_id=notice_id, typed=typed)
    messages.success(request, _("Your appeal is made. Somebody else decides, and you read the answer here."))
    return redirect("notices" if user.is_active else "account_inactive")


def _page(
    request: HttpRequest,
    user: User | None,
    *,
    refused: ProductError | None = None,
    notice_id: UUID | None = None,
    typed: str = "",
) -> HttpResponse:
    context = {
        "told": notices_for(user) if user else [],
        "refused": refused,
        "notice": notice_id,
        "typed": typed,
        "most": appeals.MAX_TEXT,
    }
    if user:
        read_notices(user)
    template = "moderation/notices.html" if user and user.is_active else "moderation/kept_out.html"
    return render(request, template, context, status=refused.status if refused else 200)
