"""What a reply was made of: for everybody in the talk; the prompt itself for who wrote the card."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.errors import NotFound
from chat.errors import answers_json
from chat.selectors.receipt import receipt_of, turn_of, wrote_the_card
from chat.services.turns.rebuild import rebuild_prompt
from chat.views import viewer


@require_GET
@answers_json
def receipt(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    shown = receipt_of(user=viewer(request), conversation_id=conversation_id, message_id=message_id)
    context = {"receipt": shown, "conversation_id": conversation_id, "message_id": message_id}
    return render(request, "chat/_receipt.html", context)


@require_GET
@answers_json
def prompt(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    user = viewer(request)
    turn = turn_of(user=user, conversation_id=conversation_id, message_id=message_id)
    if not wrote_the_card(user, turn):
        raise NotFound
    rebuilt = async_to_sync(rebuild_prompt)(turn, user_id=user.pk)
    return render(request, "chat/_prompt.html", {"rebuilt": rebuilt})
