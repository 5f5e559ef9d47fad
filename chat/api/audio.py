"""Speaking over HTTP, where a socket does not get through: a recording at once, and its text."""

from typing import IO, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid, TooLarge
from accounts.ids import uuid7
from chat import protocol
from chat.api.base import TAG, LiveTalkView, uuid_in
from chat.live.node import node
from chat.selectors import get_conversation
from chat.services import hearing
from voice.hearing.caps import MOST_BYTES

WRAPPINGS = {
    "audio/webm": "webm",
    "video/webm": "webm",  # what some browsers call it
    "audio/ogg": "ogg",
    "audio/mp4": "mp4",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "application/octet-stream": "",  # as it begins
}
BEGINNINGS = {b"\x1a\x45\xdf\xa3": "webm", b"OggS": "ogg", b"RIFF": "wav"}
LANGUAGES = ("", "en", "zh-hans")


class SoundParser(BaseParser):
    """The body as it is."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise TooLarge(limit=MOST_BYTES)
        return data


def parser_of(kind: str) -> type[BaseParser]:
    return type("SoundParser", (SoundParser,), {"media_type": kind})


class SaidSerializer(serializers.Serializer[Any]):
    phrase = serializers.IntegerField(help_text="Counted from 1.")
    text = serializers.CharField(allow_blank=True)
    seconds = serializers.FloatField()


class HeardSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField()
    text = serializers.CharField(allow_blank=True, help_text="All phrases; empty where there were no words.")
    phrases = SaidSerializer(many=True)
    seconds = serializers.FloatField(help_text="Of the recording.")
    noise_level = serializers.FloatField(allow_null=True, help_text="Between the words, in dB below full scale.")
    recording_id = serializers.UUIDField(allow_null=True, help_text="It is kept, as its owner agreed to.")


class Audio(LiveTalkView):
    parser_classes = tuple(parser_of(kind) for kind in WRAPPINGS)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whose talk it is comes before what is wrong with the recording."""
        super().initial(request, *args, **kwargs)
        get_conversation(user=self.user, conversation_id=kwargs["conversation_id"])

    @operation(
        "conversations_audio",
        "Turn speech into text",
        answer=HeardSerializer,
        takes=OpenApiTypes.BINARY,
        media="application/octet-stream",
        parameters=[
            query("client_id", "Your own id for it.", type={"type": "string", "format": "uuid"}),
            query("language", "As spoken; without it the character's.", enum=("en", "zh-hans")),
        ],
        problems=[404, 409, 502],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="WebM, Ogg, MP4 or WAV (also as `audio/webm` and so on) with Opus, Vorbis, AAC or PCM in it, two"
        " minutes at most. Nothing is said in the talk: send the text as a line. Whoever listens to the event stream is"
        " told `stt_final` and `audio_over` too.",
    )
    async def post(self, request: Request, conversation_id: UUID) -> Response:
        asked = asked_for(request, "client_id", "language")
        data: Any = request.data  # bytes, of our parser; where there is no body nothing is parsed
        if not isinstance(data, bytes) or not data:
            raise Invalid(field="body")
        kind = WRAPPINGS.get((request.content_type or "").partition(";")[0].strip().lower(), "")
        language = asked.get("language", "")
        if language not in LANGUAGES:
            raise Invalid(field="language")
        order = await hearing.ordered(
            user_id=self.user.pk,
            conversation_id=conversation_id,
            client_id=uuid_in(asked, "client_id") or uuid7(),
            wrapping=kind or BEGINNINGS.get(data[:4], "mp4"),
            language=language,
        )
        heard, over = await hearing.hear_whole(order, data, self._tell(conversation_id))
        finals = [{"phrase": each.phrase, "text": each.text, "seconds": each.seconds} for each in heard.finals]
        answer = {
            "client_id": order.client_id,
            "text": " ".join(each.text for each in heard.finals if each.text),
            "phrases": finals,
            "seconds": heard.seconds,
            "noise_level": heard.noise_level,
            "recording_id": over.recording_id,
        }
        return Response(HeardSerializer(answer).data)

    def _tell(self, conversation_id: UUID) -> hearing.Emit:
        """Their own event streams; what is still uncertain is not told this way."""

        def emit(frame: protocol.ServerFrame) -> None:
            if not isinstance(frame, protocol.SttFinal | protocol.AudioOver):
                return
            for outbox in node().sockets.get(conversation_id, ()):
                if outbox.user_id == self.user.pk:
                    outbox.put(protocol.encode(frame))

        return emit
