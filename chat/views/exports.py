"""Talks as files: `talk-export` one, `talks-export` the chosen ones (or `all`) as an archive."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Invalid
from accounts.views import limited_form
from chat.database import in_thread
from chat.forms import fields_of, ids_of, text_of
from chat.services.exports import TYPES, TalkFile, export_talk, export_talks
from chat.views import viewer


@require_GET
@limited_form("60/m", method="GET")
def talk_file(request: HttpRequest, conversation_id: UUID, format: str) -> HttpResponseBase:
    if format not in TYPES:
        raise Http404
    return _sent(export_talk(user=viewer(request), conversation_id=conversation_id, format=format))


@require_POST
@limited_form("20/m")
def talk_files(request: HttpRequest) -> HttpResponseBase:
    user, fields = viewer(request), fields_of(request)
    wanted = text_of(fields, "format")
    if wanted not in TYPES:
        raise Invalid(field="format")
    talks = None if fields.get("all") else ids_of(request, fields, "talks")
    return _sent(export_talks(user=user, talks=talks, format=wanted))


def _sent(file: TalkFile) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_in_threads(file.pieces), content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is read beside the event loop, when the reader has taken the one before."""
    following = in_thread(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece
