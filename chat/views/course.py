"""How a talk feels: `talk-course` at /talks/<talk>/course/, `talk-tone` at /talks/<talk>/tone POST {tone}."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from chat.errors import answers_json, page
from chat.forms import fields_of, number_of
from chat.selectors import cast_version, get_conversation, title_of
from chat.selectors.course import HEIGHT, WIDTH, course_of
from chat.services.sealing import require_open
from chat.services.tones import ask_for_tone
from chat.viewers import viewer


@require_GET
@page
def course(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = viewer(request)
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    require_open(conversation)
    version = cast_version(conversation)
    context = {
        "talk": conversation,
        "version": version,
        "title": title_of(conversation) or version.name,
        "course": course_of(user=user, conversation=conversation),
        "width": WIDTH,
        "height": HEIGHT,
        "middle": HEIGHT // 2,
    }
    return render(request, "chat/course.html", context)


@require_POST
@answers_json
def tone(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """What the player asks for from the next reply on."""
    asked = number_of(fields_of(request), "tone")
    return JsonResponse({"tone": ask_for_tone(user=viewer(request), conversation_id=conversation_id, tone=asked)})
