"""What the chat page asks about the tree of a talk, and what it has done to it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from chat.errors import answers_json
from chat.selectors.lines import hint_of
from chat.views import viewer


@require_GET
@answers_json
def hint(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """What a take was asked to be like, so that it can be asked again."""
    asked = hint_of(user=viewer(request), conversation_id=conversation_id, message_id=message_id)
    return JsonResponse({"hint": asked})
