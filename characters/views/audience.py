"""Keeping, following and copying: what a member does with somebody else's character.

Each form says what is to be, not what is to change, so that sending it twice does no harm. Scripts that ask for JSON
get what is then; others are led back to the page they came from (`next`).
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import NotFound
from accounts.middleware import wants_json
from accounts.views import limited_form, members_only
from characters import selectors
from characters.models import Character
from characters.services.audience import set_favourite, set_follow
from characters.services.forks import fork
from characters.views.parts import back, member


@require_POST
@members_only
@limited_form("120/m")
def favourite(request: HttpRequest, character_id: UUID) -> HttpResponseBase:
    """`loved` is 1 or 0. JSON: {loved, loves}."""
    loved = request.POST.get("loved") == "1"
    loves = set_favourite(user=member(request), character_id=character_id, loved=loved)
    if wants_json(request):
        return JsonResponse({"loved": loved, "loves": loves})
    return redirect(back(request, reverse("character", args=[character_id])))


@require_POST
@members_only
@limited_form("60/m")
def follow(request: HttpRequest, creator_id: UUID) -> HttpResponseBase:
    """`followed` is 1 or 0. JSON: {followed, followers}."""
    followed = request.POST.get("followed") == "1"
    followers = set_follow(user=member(request), creator_id=creator_id, followed=followed)
    if wants_json(request):
        return JsonResponse({"followed": followed, "followers": followers})
    return redirect(back(request, reverse("creator", args=[creator_id])))


@require_POST
@members_only
@limited_form("20/m")
def copy(request: HttpRequest, character_id: UUID) -> HttpResponseBase:
    """A copy of one's own, which is shown then."""
    user = member(request)
    try:
        character = selectors.get_character(user=user, character_id=character_id)
    except Character.DoesNotExist:
        raise NotFound from None
    copied = fork(character=character, by=user)
    messages.success(request, _("This is your copy. Only you see it, and you can change everything about it."))
    return redirect("character", character_id=copied.pk)
