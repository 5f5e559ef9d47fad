"""How long talks are kept: `keeping` at /settings/keeping/ for the account, `talk-keeping` for one talk.

What would go within the week is said before it is chosen: the choice is asked for once more, with the figures.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Invalid
from accounts.models import User
from accounts.views import limited_form
from chat.errors import page
from chat.models import Conversation
from chat.selectors import cast_version, conversations_for, title_of
from chat.selectors import retention as reads
from chat.services import retention
from chat.services.conversations import owned
from chat.viewers import viewer


@require_GET
@login_required
def keeping(request: HttpRequest) -> HttpResponse:
    return _account_page(request, viewer(request))


@require_POST
@login_required
@limited_form()
@page
def keeping_choose(request: HttpRequest) -> HttpResponse:
    user, days = viewer(request), _days(request)
    if request.POST.get("sure") != "1" and (days or reads.choices()[-1]) < reads.kept_by(user):
        talks, lines = reads.would_go(user, days or reads.choices()[-1])
        if lines:
            return _account_page(request, user, asked=days, talks_going=talks, lines_going=lines)
    retention.keep_talks_for(user=user, days=days)
    messages.success(request, _("Kept. It holds from now on."))
    return redirect("keeping")


@require_GET
@page
def talk_keeping(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """For everybody who is in the talk; the choice is its owner's."""
    user = viewer(request)
    talk = conversations_for(user).select_related("owner__profile").filter(pk=conversation_id).first()
    return _talk_page(request, user, talk or owned(user, conversation_id))


@require_POST
@limited_form()
@page
def talk_keeping_choose(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user, days = viewer(request), _days(request)
    talk = owned(user, conversation_id)
    kept = days or reads.kept_by(user)
    if request.POST.get("sure") != "1" and kept < reads.kept_in(talk):
        _talks, lines = reads.would_go(user, kept, only=talk)
        if lines:
            return _talk_page(request, user, talk, asked=days, lines_going=lines)
    retention.keep_talk_for(user=user, conversation_id=conversation_id, days=days)
    messages.success(request, _("Kept. It holds from now on."))
    return redirect("talk-keeping", conversation_id)


def _days(request: HttpRequest) -> int | None:
    """Nothing chosen is the house's, or the account's. Raises Invalid."""
    written = request.POST.get("days", "")
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 6):
        raise Invalid(field="days")
    return int(written)


def _account_page(request: HttpRequest, user: User, **asked: Any) -> HttpResponse:
    context = {
        "choices": [(days, days == user.profile.keep_days) for days in reads.choices()[:-1]],
        "house": reads.choices()[-1],
        "chosen": user.profile.keep_days,
        "going": [(each, title_of(each.talk) or cast_version(each.talk).name) for each in reads.going(user)],
        "notice": reads.NOTICE.days,
        **asked,
    }
    return render(request, "chat/keeping.html", context)


def _talk_page(request: HttpRequest, user: User, talk: Conversation, **asked: Any) -> HttpResponse:
    version = cast_version(talk)
    context = {
        "talk": talk,
        "version": version,
        "title": title_of(talk) or version.name,
        "mine": talk.owner_id == user.pk,
        "kept": reads.kept_in(talk),
        "account": reads.kept_by(talk.owner),
        "choices": [(days, days == talk.keep_days) for days in reads.choices()],
        "going": next(iter(reads.going(talk.owner, only=talk)), None),
        "notice": reads.NOTICE.days,
        **asked,
    }
    return render(request, "chat/talk_keeping.html", context)
