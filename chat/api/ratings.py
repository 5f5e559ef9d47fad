"""What the reader thinks of a reply: theirs alone."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from chat.api.base import TAG, TalkView
from chat.api.fields import RatingSerializer
from chat.selectors import line_for
from chat.services.ratings import rate_reply


class MessageRating(TalkView):
    @operation(
        "messages_rate",
        "Rate a reply",
        answer=RatingSerializer,
        takes=RatingSerializer,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Up or down; the last word counts. Nobody else is told.",
    )
    def put(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        line_for(user=self.user, conversation_id=conversation_id, message_id=message_id)
        rating = read_body(RatingSerializer, request)["rating"]
        rate_reply(user=self.user, conversation_id=conversation_id, message_id=message_id, rating=rating)
        return Response({"rating": rating})

    @operation(
        "messages_rate_not",
        "Take a rating back",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
    )
    def delete(self, request: Request, conversation_id: UUID, message_id: UUID) -> HttpResponse:
        rate_reply(user=self.user, conversation_id=conversation_id, message_id=message_id, rating="")
        return HttpResponse(status=204)
