"""What a character said, to be heard once more, or taken along as a file."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from accounts.views import limited_form
from chat.errors import answers_json
from chat.selectors import cast_version, get_conversation
from chat.selectors.aloud import line_to_say
from chat.viewers import viewer
from voice.services.playing import Playing
from voice.speaking.files import MIME


@require_GET
@answers_json
@limited_form("120/m", method="GET")
def line_voice(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponseBase:
    """`directions=no` leaves out what is done; `download=yes` is a file. What was said before comes whole, the rest
    as it is said."""
    user, directions = viewer(request), request.GET.get("directions") != "no"
    line = line_to_say(user=user, conversation_id=conversation_id, message_id=message_id, directions=directions)
    playing = Playing(user, line)
    if request.GET.get("download"):
        return _file(playing, cast_version(get_conversation(user=user, conversation_id=conversation_id)).name)
    if playing.kept is not None:
        return _private(HttpResponse(playing.kept.data, content_type=playing.content_type))
    return _private(StreamingHttpResponse(playing.stream(), content_type=playing.content_type))


def _file(playing: Playing, name: str) -> HttpResponseBase:
    sound = async_to_sync(playing.whole)()
    response = _private(HttpResponse(sound.data, content_type=MIME[sound.ending]))
    called = slugify(name, allow_unicode=True) or "line"
    response["Content-Disposition"] = content_disposition_header(
        True, f"{called}-{playing.line.message_id}.{sound.ending}"
    )
    return response


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response
