"""Telling moderators of a line, of somebody in a room, or of the room. The answers are for the page's script."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts.errors import NotFound
from accounts.limits import client_ip
from chat.errors import answers_json
from chat.forms import fields_of, text_of
from chat.models import Participant
from chat.selectors import get_conversation
from chat.viewers import viewer
from moderation.services.reports import report


@require_POST
@answers_json
def report_line(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    get_conversation(user=viewer(request), conversation_id=conversation_id)
    return _told(request, "message", message_id)


@require_POST
@answers_json
def report_person(request: HttpRequest, room_id: UUID, person_id: UUID) -> HttpResponse:
    """Whoever is or was in this room; who left it may do so, too."""
    there = Participant.objects.filter(conversation=room_id, conversation__room__isnull=False)
    if there.filter(user__in=[viewer(request).pk, person_id]).count() != 2:
        raise NotFound
    return _told(request, "player", person_id)


@require_POST
@answers_json
def report_room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    return _told(request, "room", room_id)


def _told(request: HttpRequest, kind: str, subject: UUID) -> JsonResponse:
    fields = fields_of(request)
    _made, new = report(
        user=viewer(request),
        kind=kind,
        subject=subject,
        reason=text_of(fields, "reason"),
        text=text_of(fields, "text"),
        ip=client_ip(request),
    )
    return JsonResponse({"new": new}, status=201 if new else 200)
