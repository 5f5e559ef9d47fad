"""The lines of a conversation: read, said, answered anew."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.live import aside
from accounts.api.pagination import limit_of
from accounts.api.schema import LIMIT, operation, query
from accounts.api_keys import Scope
from accounts.errors import NotFound
from accounts.ids import uuid7
from accounts.limits import speaking
from chat import protocol
from chat.api.base import TAG, LiveTalkView, seconds_in, speaker_of, uuid_in
from chat.api.fields import (
    AgainSerializer,
    CueSerializer,
    DraftSerializer,
    LineSerializer,
    MessageSerializer,
    StopSerializer,
    SuggestionSerializer,
    TurnSerializer,
)
from chat.models import Message
from chat.selectors import get_conversation, shown_branch, shown_to
from chat.selectors.rooms import shown_head
from chat.services import turns
from chat.services.listening import Mark, reply_of
from chat.services.replies import Heard, hear_reply
from chat.services.turns import errors
from chat.texts import MAX_HINT, check_line, check_text
from inference.base import ModelError

MOST_SECONDS = 120
WAIT = OpenApiParameter(
    "wait",
    {"type": "integer", "minimum": 0, "maximum": MOST_SECONDS, "default": 0},
    OpenApiParameter.QUERY,
    description="Seconds to wait for the whole reply: then 200, or 202 with what there is by then.",
)
TAKEN = {200: TurnSerializer, 202: TurnSerializer}
TURN_PROBLEMS = [404, 409]


class Messages(LiveTalkView):
    @operation(
        "messages_list",
        "The lines of a branch",
        answer=inline_serializer(
            "Branch",
            {
                "next": serializers.URLField(allow_null=True, help_text="The address of the lines before these."),
                "leaf_id": serializers.UUIDField(allow_null=True, help_text="The message that the branch ends in."),
                "results": MessageSerializer(many=True),
            },
        ),
        parameters=[
            query("leaf", "The message that the branch ends in; without it the head.",
                  type={"type": "string", "format": "uuid"}),
            query("before", "Only what stands above this message.", type={"type": "string", "format": "uuid"}),
            LIMIT,
        ],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="Each answer is oldest first; `next` leads upwards.",
    )  # fmt: skip
    async def get(self, request: Request, conversation_id: UUID) -> Response:
        return Response(await aside(self._branch, request, conversation_id))

    def _branch(self, request: Request, conversation_id: UUID) -> dict[str, Any]:
        asked = asked_for(request, "leaf", "before", "limit")
        conversation = get_conversation(user=self.user, conversation_id=conversation_id)
        before = uuid_in(asked, "before")
        if named := before or uuid_in(asked, "leaf"):
            found = Message.objects.filter(pk=named, conversation=conversation, deleted_at=None).first()
            if found is None or not shown_to(self.user)(found):
                raise NotFound
            end = found.parent_id if before else found.pk
        else:
            in_room = hasattr(conversation, "room")
            end = shown_head(self.user, conversation.head_id) if in_room else conversation.head_id
        lines, more = shown_branch(user=self.user, conversation=conversation, leaf=end, limit=limit_of(request))
        following = f"{request.path}?before={lines[0].id}&limit={limit_of(request)}" if more and lines else None
        return {
            "next": request.build_absolute_uri(following) if following else None,
            "leaf_id": end,
            "results": [dict(MessageSerializer(line).data) for line in lines],
        }

    @operation(
        "messages_say",
        "Say a line",
        statuses=TAKEN,
        takes=LineSerializer,
        parameters=[WAIT],
        once=True,
        problems=TURN_PROBLEMS,
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="202 means that the line is stored and the reply begun: listen to the event stream, or ask with"
        " `wait`. The reply goes on whether somebody waits or not.",
    )
    async def post(self, request: Request, conversation_id: UUID) -> Response:
        wait, given = asked_to_wait(request), read_body(LineSerializer, request)
        content = check_line(given["content"])
        async with self.client_id(given.get("client_id")) as client_id:
            accepted = await turns.say_line(
                speaker_of(request, self.user),
                conversation_id=conversation_id,
                client_id=client_id,
                content=content,
                parent_id=given.get("parent_id"),
                instead_of=given.get("instead_of"),
                audience=given.get("audience", ()),
            )
        return await answer(self, conversation_id, client_id, accepted, wait)


class Again(LiveTalkView):
    kind: protocol.TurnKind

    async def again(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        wait, given = asked_to_wait(request), read_body(AgainSerializer, request)
        hint = check_text(given.get("hint", ""), field="hint", limit=MAX_HINT)
        async with self.client_id(given.get("client_id")) as client_id:
            accepted = await turns.say_again(
                speaker_of(request, self.user),
                kind=self.kind,
                conversation_id=conversation_id,
                client_id=client_id,
                message_id=message_id,
                hint=hint,
            )
        return await answer(self, conversation_id, client_id, accepted, wait)


class Regenerate(Again):
    kind = "regenerate"

    @operation(
        "messages_regenerate",
        "Another take of a reply",
        statuses=TAKEN,
        takes=AgainSerializer,
        parameters=[WAIT],
        once=True,
        problems=TURN_PROBLEMS,
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="The old one stays beside it. A line of a player may be named too: it is answered (again).",
    )
    async def post(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        return await self.again(request, conversation_id, message_id)


class Continue(Again):
    kind = "continue"

    @operation(
        "messages_continue",
        "Carry on a reply",
        statuses=TAKEN,
        takes=AgainSerializer,
        parameters=[WAIT],
        once=True,
        problems=TURN_PROBLEMS,
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="As a new take that begins with the old text.",
    )
    async def post(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        return await self.again(request, conversation_id, message_id)


class Cue(LiveTalkView):
    @operation(
        "room_cast_cue",
        "Let a character speak",
        statuses=TAKEN,
        takes=CueSerializer,
        parameters=[WAIT],
        once=True,
        problems=TURN_PROBLEMS,
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="In a room: for its host, and for players where the host allows it.",
    )
    async def post(self, request: Request, conversation_id: UUID, character_id: UUID) -> Response:
        wait, given = asked_to_wait(request), read_body(CueSerializer, request)
        async with self.client_id(given.get("client_id")) as client_id:
            accepted = await turns.cue(
                speaker_of(request, self.user),
                conversation_id=conversation_id,
                client_id=client_id,
                character_id=character_id,
            )
        return await answer(self, conversation_id, client_id, accepted, wait)


class Stop(LiveTalkView):
    @operation(
        "conversations_stop",
        "Stop the running reply",
        status=204,
        takes=StopSerializer,
        problems=TURN_PROBLEMS,
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="What was said is kept. Wherever it runs, and whoever began it.",
    )
    async def post(self, request: Request, conversation_id: UUID) -> HttpResponse:
        given = read_body(StopSerializer, request)
        await turns.stop_turn(user_id=self.user.pk, conversation_id=conversation_id, turn_id=given.get("turn_id"))
        return HttpResponse(status=204)


class Draft(LiveTalkView):
    @operation(
        "conversations_draft",
        "Draft your next line",
        answer=SuggestionSerializer,
        takes=DraftSerializer,
        problems=[404, 502],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Nothing is stored in the talk. Asked for the same again within a while, the same comes, for"
        " nothing. Hanging up stops the model.",
    )
    async def post(self, request: Request, conversation_id: UUID) -> Response:
        given, speaker, frames = read_body(DraftSerializer, request), speaker_of(request, self.user), list[str]()
        hint = check_text(given.get("hint", ""), field="hint", limit=MAX_HINT)
        async with speaking(speaker.user_id, speaker.pace, speaker.ip, key_id=speaker.key_id) as rates:
            self.rates += rates
            try:
                await turns.draft_line(
                    user_id=self.user.pk,
                    conversation_id=conversation_id,
                    client_id=uuid7(),
                    hint=hint,
                    emit=frames.append,
                    again=given.get("again", False),
                )
            except ModelError as error:
                raise errors.public(error) from error
        return Response({"content": msgspec.json.decode(frames[-1], type=protocol.DraftEnd).content})


def asked_to_wait(request: Request) -> int:
    return seconds_in(asked_for(request, "wait"), "wait", most=MOST_SECONDS)


async def answer(
    view: LiveTalkView, conversation_id: UUID, client_id: UUID, accepted: turns.Accepted, wait: int
) -> Response:
    """What was stored and, when somebody waits, what came of it by then.

    In a room a line may wait for another reply to end, or be for people alone: then no reply has begun.
    """
    view.rates += accepted.rates
    reply_id = await reply_of(accepted) if accepted.turn_id else None
    heard = Heard()
    stream = reverse("api-conversation-stream", args=[conversation_id])
    if reply_id is not None:
        stream += f"?after={Mark(reply_id)}"
        if wait:
            where = {"user_id": view.user.pk, "conversation_id": conversation_id, "reply_id": reply_id}
            heard = await hear_reply(accepted, **where, within=wait)
    told = {
        "client_id": client_id,
        "message_id": accepted.message_id,
        "turn_id": accepted.turn_id,
        "reply_id": reply_id,
        "stream_url": view.request.build_absolute_uri(stream),
        "status": heard.status if reply_id else None,
        "content": heard.text,
        "usage": heard.usage,
        "error": heard.error,
        "notice": msgspec.to_builtins(accepted.notice) if accepted.notice else None,
    }
    return Response(dict(TurnSerializer(told).data), status=202 if heard.status == "running" else 200)
