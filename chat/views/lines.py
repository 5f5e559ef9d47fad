"""What the chat page asks about the lines of a talk, and what it has done to them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Conflict
from chat.errors import answers_json, page
from chat.forms import fields_of, flag_of, ids_of, text_of
from chat.selectors import cast_version, get_conversation
from chat.selectors.concerned import Moved, head_of
from chat.selectors.lines import hint_of, wordings_of
from chat.services import edits, mutes, ratings, removals
from chat.viewers import viewer
from chat.views import tell_changed


@require_GET
@answers_json
def hint(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """What a take was asked to be like, so that it can be asked again."""
    asked = hint_of(user=viewer(request), conversation_id=conversation_id, message_id=message_id)
    return JsonResponse({"hint": asked})


@require_GET
@page
def wordings(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """What a line said before its words were changed."""
    user = viewer(request)
    found = wordings_of(user=user, conversation_id=conversation_id, message_id=message_id)
    version = cast_version(get_conversation(user=user, conversation_id=conversation_id))
    return render(request, "chat/_wordings.html", {"wordings": found, "version": version})


@require_POST
@answers_json
def bring_back(request: HttpRequest, conversation_id: UUID, message_id: UUID, revision_id: UUID) -> HttpResponse:
    undo = edits.bring_back(
        user=viewer(request), conversation_id=conversation_id, message_id=message_id, revision_id=revision_id
    )
    tell_changed(conversation_id, "edited", message_id)
    return JsonResponse({"undo": undo})


@require_POST
@answers_json
def delete_lines(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """These alone; what follows them stays."""
    lines = ids_of(request, fields_of(request), "messages")
    before = head_of(conversation_id)
    undo = removals.delete_lines(user=viewer(request), conversation_id=conversation_id, message_ids=lines)
    tell_changed(conversation_id, "deleted", *lines, moved=Moved(before, cuts=False))
    return JsonResponse({"undo": undo})


@require_POST
@answers_json
def mute_lines(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Whether the model is told of these."""
    fields = fields_of(request)
    lines = ids_of(request, fields, "messages")
    undo = mutes.mute_lines(
        user=viewer(request), conversation_id=conversation_id, message_ids=lines, muted=flag_of(fields, "muted")
    )
    tell_changed(conversation_id, "muted", *lines)
    return JsonResponse({"undo": undo})


@require_POST
@answers_json
def rate(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """What whoever reads a reply thinks of it. Nobody else is told."""
    rating = text_of(fields_of(request), "rating")
    ratings.rate_reply(user=viewer(request), conversation_id=conversation_id, message_id=message_id, rating=rating)
    return JsonResponse({"rating": rating})


@require_POST
@page
def put_back(request: HttpRequest, conversation_id: UUID, removal_id: UUID) -> HttpResponse:
    """Lines out of the trash; the trash again, with the reason, when they cannot come back now."""
    try:
        back = removals.restore_lines(user=viewer(request), conversation_id=conversation_id, removal_id=removal_id)
    except Conflict as refused:
        messages.error(request, str(refused.message))
        return redirect("trash")
    tell_changed(conversation_id, "restored", *back.lines, moved=back.moved)
    return redirect("talk", conversation_id=conversation_id)
