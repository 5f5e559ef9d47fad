"""A ticket for the socket, for programs that have no cookie."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.live import aside
from accounts.api.schema import operation
from accounts.api_keys import Scope
from chat.api.base import TAG, LiveTalkView, visit_to
from chat.selectors import get_conversation
from chat.services.tickets import SECONDS, Admission, make_ticket


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    url = serializers.CharField(help_text="The socket's address, ticket included.")


class Tickets(LiveTalkView):
    @operation(
        "conversations_ticket",
        "A ticket for the socket",
        answer=TicketSerializer,
        status=201,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="With it the socket opens once, within a minute, without a cookie and without an Origin. The"
        " socket is closed when the key is revoked, or the session ends, that asked for it.",
    )
    async def post(self, request: Request, conversation_id: UUID) -> Response:
        await aside(get_conversation, user=self.user, conversation_id=conversation_id)
        ticket = await make_ticket(Admission(visit_to(request, self.user), conversation_id))
        where = request.build_absolute_uri(f"/ws/chat/{conversation_id}/?ticket={ticket}")
        told = {"ticket": ticket, "expires_in": SECONDS, "url": where.replace("http", "ws", 1)}
        return Response(told, status=201, headers={"Cache-Control": "no-store"})
