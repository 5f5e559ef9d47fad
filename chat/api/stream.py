"""Listening to a talk without a socket: an event stream or, where that does not get through either, one poll after
another. Both tell the frames that a socket is told.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.live import aside, let_go
from accounts.api.schema import header, operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid, ProductError
from accounts.visits import Visit
from characters.eventstream import EventStream
from chat import protocol
from chat.api.base import TAG, LiveTalkView, seconds_in, visit_to
from chat.api.events import BEGUN, KEEP_ALIVE, Head, event_of, head_of, silence
from chat.live.sockets import sockets
from chat.selectors import get_conversation
from chat.services.listening import Listener, Mark, TooManyConnections, listening, mark_in
from chat.services.turns import errors

MOST_SECONDS, USUAL_SECONDS = 30, 25
# From the first news on: a reply that is spoken comes in few answers, not in one a word.
GATHERING_SECONDS = 1.0
AT_HAND_SECONDS = 0.05  # for what is there already, also when the time is up
MOST_FRAMES = 500


class Stream(LiveTalkView):
    @operation(
        "conversations_stream",
        "Listen to a conversation",
        statuses={(200, "text/event-stream"): OpenApiResponse(str, "Events, until somebody hangs up.")},
        parameters=[
            query("after", "As Last-Event-ID, which goes before."),
            header("Last-Event-ID", "The `id` of the last event that you have: you are told what came after it."),
        ],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="The frames of the socket as server-sent events. `ready` comes first. Texts and ends of replies"
        " have an `id`. With it, or without one from the beginning, the running reply is told without a gap. Lines"
        " that begin with a colon say that the stream still stands. `closed` is the last event; its `code` is what a"
        " socket would be closed with.",
    )
    async def get(self, request: Request, conversation_id: UUID) -> HttpResponseBase:
        asked = asked_for(request, "after")
        seen = request.headers.get("Last-Event-ID") or asked.get("after")
        mark = mark_in(seen, "after") if seen else None
        await aside(get_conversation, user=self.user, conversation_id=conversation_id)
        if not sockets.has_room(self.user.pk):
            raise TooManyConnections(retry_after=10)
        if request.method == "HEAD":
            return HttpResponse(content_type="text/event-stream; charset=utf-8")
        return EventStream(told(visit_to(request, self.user), conversation_id, mark))


async def told(visit: Visit, conversation_id: UUID, seen: Mark | None) -> AsyncGenerator[bytes]:
    yield BEGUN
    await let_go()
    try:
        async with listening(visit, conversation_id, seen) as listener:
            while listener.closed_with is None:
                frame = await listener.next(silence())
                if listener.closed_with is None:
                    yield event_of(frame) if frame else KEEP_ALIVE
            yield b'event: closed\ndata: {"code": %d}\n\n' % listener.closed_with
    except ProductError as error:
        # Since the answer began: the talk was left, or one window too many was opened.
        yield event_of(protocol.encode(errors.frame(error)))


class PollSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(help_text="`since` of the next poll.")
    frames = serializers.ListField(
        child=serializers.DictField(), help_text="As a socket is told them: see /api/v1/protocol.json."
    )


class Poll(LiveTalkView):
    @operation(
        "conversations_poll",
        "Ask for what is new",
        answer=PollSerializer,
        parameters=[
            query("since", "`next` of the poll before; without it you are told where the conversation stands."),
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": MOST_SECONDS, "default": USUAL_SECONDS},
                OpenApiParameter.QUERY,
                description="Seconds that the answer may wait for news.",
            ),
        ],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="For lines that let neither sockets nor event streams through. Answers as soon as there is news:"
        " lines, changes, what the running reply has said meanwhile, its end. Ask again at once.",
    )
    async def get(self, request: Request, conversation_id: UUID) -> Response:
        asked = asked_for(request, "since", "wait")
        wait = seconds_in(asked, "wait", most=MOST_SECONDS, default=USUAL_SECONDS)
        since = Since.read(asked["since"]) if "since" in asked else Since()
        async with listening(visit_to(request, self.user), conversation_id, since.mark) as listener:
            frames = await gathered(listener, since, wait)
        return Response({"next": str(since), "frames": [msgspec.json.decode(frame) for frame in frames]})


class Since(msgspec.Struct):
    """Where somebody who polls has got to: where the branch ended, and how much of which reply they have."""

    head: str = ""
    mark: Mark | None = None

    def __str__(self) -> str:
        return f"{self.head}.{self.mark or ''}"

    @classmethod
    def read(cls, text: str) -> "Since":
        """Raises Invalid."""
        head, dot, mark = text.partition(".")
        if not dot:
            raise Invalid(field="since")
        return cls(head, mark_in(mark, "since") if mark else None)

    def take(self, head: Head) -> bool:
        """What this frame adds; False when it adds nothing to what was known."""
        match head.type:
            case "ready":
                known, self.head = self.head, head.head_id or "-"
                return known != self.head
            case "ai_status":
                self.head = head.parent_id or self.head
                if self.mark is not None and str(self.mark.message_id) == head.message_id:
                    return False
                self.mark = Mark(UUID(head.message_id))
            case "ai_chunk":
                self.mark = head.mark
            case "ai_end":
                self.head, self.mark = head.message_id, head.mark
            case "changed":
                self.head = ""  # whoever is told looks for themselves, and so does the next poll
        return True


async def gathered(listener: Listener, since: Since, wait: float) -> list[str]:
    """What comes up to the first news, and for a moment after it; `since` goes along."""
    loop = asyncio.get_running_loop()
    end, news, frames = loop.time() + wait + AT_HAND_SECONDS, False, list[str]()
    while len(frames) < MOST_FRAMES and (left := end - loop.time()) > 0:
        if (frame := await listener.next(left)) is None:
            break
        head = head_of(frame)
        if not since.take(head) and not news:
            continue
        if not news:
            news, end = True, min(end, loop.time() + GATHERING_SECONDS)
        frames.append(frame)
        if head.type == "ai_end":
            break
    return frames
