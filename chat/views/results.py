"""How somebody did in a story, to read, print and take along; for whoever plays it, and who watches.

`play-results` at /talks/<uuid>/play/results/ (?attempt=<line>)                      chat/results.html
`play-results-file` …/results/<format>: md, json, csv (?attempt=)
`play-feedback-again` POST attempt=; `play-watch` POST watch=1|0: whoever plays lets the teacher watch, or not.
"""

import json
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.csv_files import csv_file
from accounts.errors import NotFound
from accounts.views import limited_form
from chat.errors import page
from chat.formats.results import as_data, as_markdown
from chat.forms import fields_of, flag_of, id_of, id_or_none
from chat.selectors.lessons import watched
from chat.selectors.plays import get_play
from chat.selectors.results import Result, result_of
from chat.services.plays.feedback import ask_again
from chat.services.watching import let_watch
from chat.viewers import viewer

FORMATS = (("md", "Markdown"), ("csv", "CSV"), ("json", "JSON"))
MARKS = ["learner", "story", "ending", "mark", "scene", "reached", "note"]


@require_GET
@page
def results(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = viewer(request)
    play = get_play(user=user, conversation_id=conversation_id)
    context = {
        "result": result_of(user=user, play=play, attempt=id_or_none(request.GET.dict(), "attempt")),
        "watched": watched(play),
        "is_mine": play.conversation.owner_id == user.pk,
        "formats": FORMATS,
    }
    return render(request, "chat/results.html", context)


@require_GET
@limited_form("60/m", method="GET")
@page
def results_file(request: HttpRequest, conversation_id: UUID, format: str) -> HttpResponse:
    user = viewer(request)
    play = get_play(user=user, conversation_id=conversation_id)
    result = result_of(user=user, play=play, attempt=id_or_none(request.GET.dict(), "attempt"))
    if format == "csv":
        return csv_file(f"result-{play.pk}.csv", MARKS, rows_of(result))
    if format == "json":
        body = json.dumps(as_data(result), ensure_ascii=False, indent=2) + "\n"
        return _sent(body, "application/json", f"{result.learner} - {result.title}.json")
    if format == "md":
        body = "".join(as_markdown(result))
        return _sent(body, "text/markdown; charset=utf-8", f"{result.learner} - {result.title}.md")
    raise NotFound


def rows_of(result: Result) -> Iterator[list[str]]:
    """A line for each mark, as a table wants it; one without where nothing was looked at."""
    who = [result.learner, result.title, result.stand.ending]
    if not result.marks:
        yield [*who, "", "", "", ""]
    for mark in result.marks:
        yield [*who, mark.name, mark.scene, mark.reached, mark.note]


@require_POST
@limited_form("20/m")
@page
def feedback_again(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = viewer(request)
    play = get_play(user=user, conversation_id=conversation_id)
    if play.conversation.owner_id != user.pk:
        raise NotFound
    attempt = id_of(fields_of(request), "attempt")
    ask_again(play=play, message_id=attempt)
    return redirect(f"{reverse('play-results', args=[play.pk])}?attempt={attempt}")


@require_POST
@page
def watch(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    asked = flag_of(fields_of(request), "watch")
    let_watch(user=viewer(request), conversation_id=conversation_id, watch=asked)
    return redirect("play-results", conversation_id=conversation_id)


def _sent(body: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name.replace("/", " "))
    response["Cache-Control"] = "private, no-store"
    return response
