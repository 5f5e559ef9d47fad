"""How the services are: /status/ for people (operations/status.html), /status.json for programs.

Public and without a look at who asks: both work without a session, without Redis, and without a database.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from operations.models import IncidentNote, Outage
from operations.status.reading import Board, board
from operations.status.states import DAYS, Day, State

SECONDS = 30
WORDS = {
    State.OK: _("works"),
    State.SLOW: _("limited"),
    State.DOWN: _("out of order"),
    State.STARTING: _("starting"),
    State.UNKNOWN: _("not yet known"),
}
WHOLE = {
    State.OK: _("Everything works"),
    State.SLOW: _("Something is limited"),
    State.DOWN: _("Something is out of order"),
}


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    told, language = board(), get_language() or "en"
    context = {
        "headline": WHOLE[told.state],
        "board": told,
        "lines": [
            {
                "name": line.service.label, "state": line.state, "word": WORDS[line.state], "percent": line.percent,
                "days": [(number * 6, each) for number, each in enumerate(line.days)], "bad": _bad(line.days),
            }
            for line in told.lines
        ],
        "width": DAYS * 6,
        "notes": [(note, note.title_in(language), note.text_in(language)) for note in told.notes],
        "outages": [(each, WORDS[State(each.state)]) for each in told.outages],
    }  # fmt: skip
    # Without the request: no context processor may ask who it is.
    response = HttpResponse(render_to_string("operations/status.html", context))
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return _public(response)


@require_safe
def status_json(request: HttpRequest) -> JsonResponse:
    response = JsonResponse(_as_json(board()))
    response["Access-Control-Allow-Origin"] = "*"
    return _public(response)


def _bad(days: list[Day] | Any) -> list[tuple[Day, Any]]:
    return [(each, WORDS[each.state]) for each in reversed(days) if each.state.bad]


def _as_json(told: Board) -> dict[str, Any]:
    return {
        "state": told.state,
        "seen_at": _moment(told.seen_at),
        "services": [
            {
                "service": line.service.value,
                "state": line.state,
                "percent": None if line.percent is None else round(line.percent, 3),
            }
            for line in told.lines
        ],
        "outages": [_outage(each) for each in told.outages],
        "notes": [_note(each) for each in told.notes],
    }


def _outage(each: Outage) -> dict[str, Any]:
    return {
        "service": each.service,
        "state": each.state,
        "began_at": _moment(each.began_at),
        "ended_at": _moment(each.ended_at),
    }


def _note(each: IncidentNote) -> dict[str, Any]:
    return {
        "began_at": _moment(each.began_at),
        "ended_at": _moment(each.ended_at),
        "title": {"en": each.title_in("en"), "zh-hans": each.title_in("zh")},
        "text": {"en": each.text_in("en"), "zh-hans": each.text_in("zh")},
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _public(response: Any) -> Any:
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
