"""What stands beside the script of a talk: the author's note, the checkpoints, the map of its branches."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Invalid
from chat.errors import answers_json, page
from chat.forms import fields_of, number_of, text_of
from chat.prompts import Note
from chat.selectors.checkpoints import checkpoints_of
from chat.selectors.map import map_of, words_of
from chat.selectors.notes import note_of
from chat.services import checkpoints, news
from chat.services.notes import write_note
from chat.viewers import viewer
from chat.views import tell_changed


@require_GET
@answers_json
def note(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The author's note as it stands."""
    return JsonResponse(asdict(note_of(user=viewer(request), conversation_id=conversation_id)))


@require_POST
@answers_json
def note_write(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    fields = fields_of(request)
    role: Any = text_of(fields, "role")  # the service looks at it
    written = Note(text_of(fields, "text"), number_of(fields, "depth"), role, number_of(fields, "every"))
    user = viewer(request)
    kept = write_note(user=user, conversation_id=conversation_id, note=written)
    # Its owner's other windows: nobody else in a room is to learn that there is one.
    async_to_sync(news.tell_changed)(conversation_id, "note", only={user.pk: []})
    return JsonResponse(asdict(kept))


@require_GET
@page
def places(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The list of checkpoints, as the side panel shows it."""
    found = checkpoints_of(user=viewer(request), conversation_id=conversation_id)
    return render(request, "chat/_checkpoints.html", {"checkpoints": found})


@require_POST
@answers_json
def place_name(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    name = text_of(fields_of(request), "name")
    named = checkpoints.name_place(
        user=viewer(request), conversation_id=conversation_id, message_id=message_id, name=name
    )
    tell_changed(conversation_id, "checkpoints", message_id)
    return JsonResponse({"checkpoint_id": named.pk})


@require_POST
@answers_json
def place_rename(request: HttpRequest, conversation_id: UUID, checkpoint_id: UUID) -> HttpResponse:
    name = text_of(fields_of(request), "name")
    line = checkpoints.rename_checkpoint(
        user=viewer(request), conversation_id=conversation_id, checkpoint_id=checkpoint_id, name=name
    )
    tell_changed(conversation_id, "checkpoints", line)
    return JsonResponse({})


@require_POST
@answers_json
def place_delete(request: HttpRequest, conversation_id: UUID, checkpoint_id: UUID) -> HttpResponse:
    line, undo = checkpoints.delete_checkpoint(
        user=viewer(request), conversation_id=conversation_id, checkpoint_id=checkpoint_id
    )
    tell_changed(conversation_id, "checkpoints", line)
    return JsonResponse({"undo": undo})


@require_GET
@answers_json
def talk_map(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The shape of the talk: `[id, place of the line above in this list or -1, marks]` for each line."""
    found = map_of(user=viewer(request), conversation_id=conversation_id)
    return JsonResponse(
        {
            "head": found.head,
            "whole": found.whole,
            "lines": [[spot.id, spot.parent, spot.mark] for spot in found.spots],
            "places": [[place.message_id, place.id, place.name] for place in found.places],
        }
    )


@require_GET
@answers_json
def map_words(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Who said these lines, and how they begin: `ids`, with commas between them."""
    try:
        lines = [UUID(each) for each in request.GET.get("ids", "").split(",") if each]
    except ValueError:
        raise Invalid(field="ids") from None
    found = words_of(user=viewer(request), conversation_id=conversation_id, lines=lines)
    return JsonResponse({"words": {str(line): told for line, told in found.items()}})
