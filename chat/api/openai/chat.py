"""One line in, one reply out, for the simplest of clients: a session's name, a character, a message."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.live import aside, let_go
from accounts.errors import ProductError
from characters.eventstream import EventStream
from chat import protocol
from chat.api.base import speaker_of
from chat.api.events import event_of
from chat.api.openai.base import OpenAIView
from chat.api.openai.completions import HEADER
from chat.api.openai.models import character_named
from chat.api.openai.shapes import usage_of
from chat.models import Conversation
from chat.services import turns
from chat.services.listening import reply_of
from chat.services.replies import reply_frames
from chat.services.sessions import MAX_NAME, conversation_called, discard_session
from chat.services.speech import Speech, stored_reply
from chat.texts import MAX_CONTENT, check_line


class ChatSerializer(serializers.Serializer[Any]):
    session_id = serializers.CharField(max_length=MAX_NAME, trim_whitespace=False)
    character = serializers.CharField(required=False, max_length=200)
    message = serializers.CharField(max_length=MAX_CONTENT, trim_whitespace=False)
    stream = serializers.BooleanField(required=False)


class Chat(OpenAIView):
    async def post(self, request: Request) -> HttpResponseBase:
        given = read_body(ChatSerializer, request)
        content = check_line(given["message"])
        talk, is_new = await aside(self._session, given["session_id"], given.get("character"))
        self.headers[HEADER] = str(talk.pk)
        accepted, client_id = await self._say(request, talk, content, is_new=is_new)
        where = {"user_id": self.user.pk, "conversation_id": talk.pk, "reply_id": await reply_of(accepted)}
        if given.get("stream"):
            ack = protocol.Ack(client_id=client_id, message_id=accepted.message_id, turn_id=accepted.turn_id)
            return EventStream(frames(ack, accepted, where))
        speech = Speech()
        async with aclosing(stored_reply(accepted, speech, **where)) as pieces:
            async for _piece in pieces:
                pass
        told = {
            "session_id": given["session_id"],
            "conversation_id": talk.pk,
            "message_id": accepted.message_id,
            "reply_id": where["reply_id"],
            "reply": speech.text,
            "finish_reason": speech.finish,
            "usage": usage_of(speech.usage),
        }
        return Response(told)

    def _session(self, name: str, character: str | None) -> tuple[Conversation, bool]:
        return conversation_called(
            name, user=self.user, with_whom=lambda: character_named(self.user, character) if character else None
        )

    async def _say(
        self, request: Request, talk: Conversation, content: str, *, is_new: bool
    ) -> tuple[turns.Accepted, UUID]:
        try:
            async with self.client_id() as client_id:
                accepted = await turns.say_line(
                    speaker_of(request, self.user), conversation_id=talk.pk, client_id=client_id, content=content
                )
        except ProductError:
            if is_new:
                await aside(discard_session, talk)
            raise
        return accepted, client_id


async def frames(ack: protocol.Ack, accepted: turns.Accepted, where: dict[str, Any]) -> AsyncGenerator[bytes]:
    """As the socket that said it would be told them. Hanging up ends nothing."""
    await let_go()
    yield event_of(protocol.encode(ack))
    async with aclosing(reply_frames(accepted, **where)) as told:
        async for frame in told:
            yield event_of(protocol.encode(frame))
