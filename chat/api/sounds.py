"""What a character said, as sound: asked for, looked after, fetched."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.live import aside
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid
from chat.api.base import TAG, LiveTalkView, TalkView
from chat.api.fields import FailureSerializer
from chat.selectors.aloud import line_to_say
from chat.services.aloud import making
from voice.services.playing import Line
from voice.speaking.files import MIME

STATES = ("absent", "making", "ready", "refused")
DIRECTIONS = query("directions", "Whether stage directions are said, too; without it they are.", enum=["true", "false"])
SECONDS = {"Retry-After": "1"}


class WantedSoundSerializer(serializers.Serializer[Any]):
    directions = serializers.BooleanField(default=True, help_text="Stage directions are said, too.")


class SoundSerializer(serializers.Serializer[Any]):
    """How far the sound of a line is, as you hear it."""

    state = serializers.ChoiceField(
        STATES,
        help_text="`absent`: nobody asked for it. `making`: ask again in a second. `ready`: fetch it at `url`."
        " `refused`: `error` says why; asked for again, it is tried again.",
    )
    url = serializers.URLField(allow_null=True, help_text="Of the file, where it is ready.")
    media_type = serializers.CharField(allow_null=True, help_text="audio/mpeg or audio/wav.")
    seconds = serializers.FloatField(allow_null=True)
    error = FailureSerializer(allow_null=True)


class MessageSound(LiveTalkView):
    @operation(
        "messages_sound",
        "How far the sound of a line is",
        answer=SoundSerializer,
        parameters=[DIRECTIONS],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="Of what a character said. Nothing is begun by asking.",
    )
    async def get(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        line = await aside(self._line, conversation_id, message_id, directions_in(request))
        return self._told(await making.how_far(self.user, line), line)

    @operation(
        "messages_have_said",
        "Have a line said aloud",
        statuses={200: SoundSerializer, 202: SoundSerializer},
        takes=WantedSoundSerializer,
        problems=[404, 409],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="200 where it is there already: it is kept for a while, for you alone. 202 where it is being made,"
        " which takes letters of your day. Asked for twice, it is made once.",
    )
    async def post(self, request: Request, conversation_id: UUID, message_id: UUID) -> Response:
        given = read_body(WantedSoundSerializer, request)
        line = await aside(self._line, conversation_id, message_id, given["directions"])
        return self._told(await making.have_made(self.user, line), line)

    def _line(self, conversation_id: UUID, message_id: UUID, directions: bool) -> Line:
        return line_to_say(
            user=self.user, conversation_id=conversation_id, message_id=message_id, directions=directions
        )

    def _told(self, made: making.Making, line: Line) -> Response:
        is_ready, url = made.state == "ready", None
        if is_ready:
            path = reverse("api-message-sound-file", args=[line.conversation_id, line.message_id])
            url = self.request.build_absolute_uri(path + ("" if line.said.directions else "?directions=false"))
        told = {
            "state": made.state,
            "url": url,
            "media_type": MIME[made.ending] if is_ready else None,
            "seconds": made.seconds,
            "error": made.refusal,
        }
        is_made = made.state == "making"
        status = 202 if is_made and self.request.method == "POST" else 200
        return Response(SoundSerializer(told).data, status=status, headers=SECONDS if is_made else None)


class MessageSoundFile(TalkView):
    @operation(
        "messages_sound_file",
        "The sound of a line",
        statuses={(200, kind): OpenApiTypes.BINARY for kind in MIME.values()},
        parameters=[DIRECTIONS],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="`no_sound` where it is not ready.",
    )
    def get(self, request: Request, conversation_id: UUID, message_id: UUID) -> HttpResponse:
        line = line_to_say(
            user=self.user,
            conversation_id=conversation_id,
            message_id=message_id,
            directions=directions_in(request),
        )
        sound = making.sound_of(self.user, line)
        return HttpResponse(sound.data, content_type=MIME[sound.ending])


def directions_in(request: Request) -> bool:
    asked = asked_for(request, "directions").get("directions", "true")
    if asked not in ("true", "false"):
        raise Invalid(field="directions")
    return asked == "true"
