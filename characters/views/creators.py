"""A creator, as others see them: /creators/<uuid>/ (?sort=, ?after=), characters/creator.html.

creator (selectors.creators.Creator) and what a list says (views.discover.list_context). For the target "more" htmx
gets characters/_bills.html.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from characters.selectors.creators import get_creator
from characters.selectors.discovery import browse
from characters.views.discover import list_context, part_of, wish_of
from characters.views.parts import varied


@require_safe
def creator(request: HttpRequest, creator_id: UUID) -> HttpResponse:
    wish = wish_of(request, creator=creator_id)
    try:
        shown = get_creator(user=request.user, creator_id=creator_id, rating=wish.rating)
    except User.DoesNotExist as error:
        raise Http404 from error
    bill = browse(user=request.user, wish=wish)
    context = list_context(request, "creator", wish, bill, creator_id) | {"creator": shown}
    part = part_of(request)
    template = part if part == "characters/_bills.html" else "characters/creator.html"
    return varied(render(request, template, context))
