"""Talks that leave nothing: keeping one after all, and ending one."""

from contextlib import suppress
from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.errors import Unavailable
from chat.errors import answers_json
from chat.selectors import cast_version
from chat.services import temporary, turns
from chat.services.turns.errors import NothingRuns
from chat.viewers import viewer


@require_POST
@answers_json
def keep(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    temporary.keep_conversation(user=viewer(request), conversation_id=conversation_id)
    return JsonResponse({})


@require_POST
@answers_json
def end(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Its other pages are closed as those of anybody who left (4410)."""
    user = viewer(request)
    version = cast_version(temporary.require_temporary(user=user, conversation_id=conversation_id))
    with suppress(NothingRuns, Unavailable):
        async_to_sync(turns.stop_turn)(user_id=user.pk, conversation_id=conversation_id)
    temporary.end_conversation(user=user, conversation_id=conversation_id)
    return JsonResponse({"next": reverse("character", args=[version.character_id])})
