"""Bringing talks from elsewhere.

`talk-import` at /talks/import/: POST takes files called `files`. Scripts send one file a request with the header X-Part
and hear {id} or {error}; asking again with HX-Request they get chat/_imports.html alone. Without scripts the page
comes back.
    brought     list of Brought, the newest first
    candidates  characters to choose from, for files that wait for a choice
`import-watch` tells, while something is at work, `progress` {id: part}, `changed` when a step is over, at last `done`.
`import-report` at /talks/import/<uuid>/: what became of each talk.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Invalid, NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.models import User
from accounts.views import limited_form
from characters.eventstream import Emit, event_stream
from characters.models import Character
from chat.database import in_thread
from chat.errors import page
from chat.formats.limits import MAX_FILE, MB
from chat.import_words import notes, reason
from chat.models import Import
from chat.selectors.imports import (
    Brought,
    Name,
    at_work,
    get_import,
    imports_for,
    looked_of,
    name_of,
    outcomes_of,
)
from chat.services import imports
from chat.services.imports.casting import character_for
from chat.views import parsed_id, viewer

RATE = "240/h"
LOOK_SECONDS = 0.5
WATCH_SECONDS = 900  # then the page asks again
MAX_NAMES = 50  # that are asked about; the others go by their names


@dataclass(frozen=True, slots=True)
class Row:
    """A file in the list. `asks` has, for each name in it, whom the talks go to if nothing else is chosen."""

    file: Brought
    reason: str
    asks: list[tuple[int, Name, UUID | None]]


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form(RATE)
def bring(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _bring(request)
    user = request.user
    found = imports_for(user) if user.is_authenticated else []
    rows = [_row(user, each) for each in found if user.is_authenticated]
    asking = any(row.asks for row in rows) and user.is_authenticated
    context: dict[str, Any] = {
        "rows": rows,
        "candidates": imports.candidates_for(user) if asking and user.is_authenticated else [],
        "at_work": any(each.at_work for each in found),
        "max_bytes": MAX_FILE,
        "max_megabytes": MAX_FILE // MB,
    }
    template = "chat/_imports.html" if request.headers.get("HX-Request") else "chat/import.html"
    return render(request, template, context)


def _row(user: User, each: Brought) -> Row:
    asks = []
    if each.state == Import.State.LOOKED:
        names = each.looked.names[:MAX_NAMES]
        asks = [(number, name, character_for(user, name)) for number, name in enumerate(names)]
    return Row(each, reason(each.error) if each.error else "", asks)


def _bring(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    script = "X-Part" in request.headers
    if not files:
        raise Invalid(_("Choose a file first."), field="files")
    user = get_or_create_guest(request)
    brought = None
    for file in files:
        try:
            brought = _stored(user, file)
        except ProductError as error:
            if script:
                raise
            messages.warning(request, f"{file.name}: {error.message}")
    if script and brought is not None:
        return JsonResponse({"id": brought.pk})
    return redirect("talk-import")


def _stored(user: User, file: UploadedFile) -> Import:
    return imports.bring(user=user, name=str(file.name or ""), chunks=file.chunks())


@require_POST
@page
def take(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """`whom-<number>` for each name of the file: a character, or nothing for a plain one."""
    user = viewer(request)
    names = looked_of(get_import(user=user, import_id=import_id)).names[:MAX_NAMES]
    chosen = {
        name.name: parsed_id(request.POST[f"whom-{number}"])
        for number, name in enumerate(names)
        if f"whom-{number}" in request.POST
    }
    try:
        imports.take(user=user, import_id=import_id, choices=chosen)
    except Character.DoesNotExist:
        raise NotFound from None
    return redirect("talk-import")


@require_POST
@page
def cancel(request: HttpRequest, import_id: UUID) -> HttpResponse:
    imports.cancel(user=viewer(request), import_id=import_id)
    return redirect("talk-import")


@require_GET
@page
def report(request: HttpRequest, import_id: UUID) -> HttpResponse:
    brought = get_import(user=viewer(request), import_id=import_id)
    outcomes = [
        (each, reason(each.refused) if each.refused else "", notes(each.notes)) for each in outcomes_of(brought)
    ]
    context = {"brought": brought, "name": name_of(brought), "outcomes": outcomes, "count": brought.talks.count()}
    return render(request, "chat/import_report.html", context)


@require_POST
def watch(request: HttpRequest) -> StreamingHttpResponse:
    user = viewer(request)

    async def work(emit: Emit) -> None:
        look = in_thread(lambda: at_work(user))
        before: Mapping[UUID, str] = {}
        for turn in range(round(WATCH_SECONDS / LOOK_SECONDS)):
            rows = await look()
            states = {import_id: state for import_id, state, _ in rows}
            if turn and states != before:
                emit("changed", {})
            before = states
            if not rows:
                break
            emit("progress", {str(import_id): part for import_id, _, part in rows})
            await asyncio.sleep(LOOK_SECONDS)
        emit("done", {})

    return event_stream(work)
