"""The creator studio: how one's characters are received, and what they earned.

`studio` at /studio/ lists the characters; `studio-character` at /studio/<character>/ (?by=day|week|month) is one of
them; `studio-csv` gives each of its tables as a file. `earnings` is the ledger. Guests and strangers get 404 for what
is not theirs.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.csv_files import csv_file
from accounts.errors import NotFound
from characters import charts, macros
from characters.discretion import NOTHING, Figure
from characters.models import Character, CharacterVersion, Earning
from characters.selectors import edition_of
from characters.selectors.drafts import own_character
from characters.selectors.statistics import KINDS, Length, Opening, Statistics, overview, statistics_of

PARTS = ("time", "openings", "lengths", "lore")


@require_safe
def studio(request: HttpRequest) -> HttpResponse:
    rows = overview(user=request.user) if request.user.is_authenticated else []
    # Those that nobody has come to are behind the others.
    rows.sort(key=lambda row: row.totals.talks == NOTHING)
    shown = [{"row": row, "chart": charts.bars([week.talks for week in row.weeks], height=40)} for row in rows]
    return render(request, "characters/studio/studio.html", {"shown": shown})


@require_safe
def character(request: HttpRequest, character_id: UUID) -> HttpResponse:
    found = _own(request, character_id)
    statistics = statistics_of(found, kind=request.GET.get("by", "week"))
    spans, edition = statistics.spans, _edition(found)
    context = {
        "character": found,
        "edition": edition,
        "statistics": statistics,
        "kinds": [
            {"key": kind, "name": name, "current": kind == statistics.kind}
            for kind, name in zip(KINDS, (_("Days"), _("Weeks"), _("Months")), strict=True)
        ],
        "charts": [
            {
                "name": _("Talks begun"),
                "key": "talks",
                "chart": charts.bars([span.talks for span in spans]),
            },
            {
                "name": _("Players"),
                "key": "players",
                "chart": charts.bars([span.players for span in spans], [span.returning for span in spans]),
            },
        ],
        "openings": [{"stat": each, "text": _spoken(each, edition)} for each in statistics.openings],
        "lengths": _with_widths(statistics.lengths),
        "several_languages": len({opening.language for opening in statistics.openings}) > 1,
        "never": [use for use in statistics.lore if use.never],
        "talked_to": any(span.replies.value for span in spans),
    }
    return render(request, "characters/studio/character.html", context)


@require_safe
def table(request: HttpRequest, character_id: UUID, part: str) -> HttpResponse:
    found = _own(request, character_id)
    if part not in PARTS:
        raise Http404
    statistics = statistics_of(found, kind=request.GET.get("by", "day"))
    head, rows = _table(part, statistics)
    return csv_file(f"{part}-{found.pk}.csv", head, rows)


@require_safe
def earnings(request: HttpRequest) -> HttpResponse:
    lines = list(_ledger(request).select_related("character"))
    sums = _ledger(request).order_by("currency").values("currency").annotate(micros=Sum("micros")) if lines else []
    return render(request, "characters/studio/earnings.html", {"lines": lines, "sums": list(sums)})


@require_safe
def earnings_table(request: HttpRequest) -> HttpResponse:
    rows = [
        [
            f"{line.month:%Y-%m}",
            line.character_id or "",
            line.name,
            line.tokens,
            line.micros,
            line.currency,
            int(line.closed),
        ]
        for line in _ledger(request)
    ]
    head = ["month", "character_id", "character", "premium_tokens", "micros", "currency", "closed"]
    return csv_file("earnings.csv", head, rows)


def _ledger(request: HttpRequest) -> Any:
    if not request.user.is_authenticated:
        raise NotFound
    return Earning.objects.filter(creator=request.user).order_by("-month", "name", "id")


def _own(request: HttpRequest, character_id: UUID) -> Character:
    try:
        return own_character(user=request.user, character_id=character_id)
    except Character.DoesNotExist:
        raise NotFound from None


def _with_widths(lengths: list[Length]) -> list[dict[str, Any]]:
    """Bars as wide as the most frequent length allows."""
    most = max((each.percent or 0 for each in lengths), default=0) or 1
    return [{"length": each, "width": round(100 * (each.percent or 0) / most)} for each in lengths]


def _spoken(opening: Opening, edition: CharacterVersion) -> str:
    return macros.expand_names(opening.text, char=edition.name, user=macros.STRANGER[opening.language])


def _edition(character: Character) -> CharacterVersion:
    try:
        return edition_of(character)
    except CharacterVersion.DoesNotExist:
        raise NotFound from None


def _table(part: str, statistics: Statistics) -> tuple[list[str], Iterable[Sequence[Any]]]:
    """Fewer than ten are `<10`, growing numbers end in `+`: what a file says is what the page says."""
    if part == "time":
        return ["from", "to", "talks", "players", "returning", "replies", "again"], [
            [span.since, span.end, *map(_cell, (span.talks, span.players, span.returning, span.replies, span.takes))]
            for span in statistics.spans
        ]
    if part == "openings":
        return ["opening", "language", "text", "talks", "answered_percent", "swiped_percent"], [
            [each.number, each.language, each.text, _cell(each.talks), _share(each.answered), _share(each.swiped)]
            for each in statistics.openings
        ]
    if part == "lengths":
        return ["replies_from", "replies_to", "talks_percent"], [
            [each.least, "" if each.most is None else each.most, _share(each.percent)] for each in statistics.lengths
        ]
    return ["entry_id", "entry", "fired", "cut"], [
        [each.entry, each.name, _cell(each.fired), _cell(each.cut)] for each in statistics.lore
    ]


def _cell(figure: Figure) -> str:
    if figure.value is None:
        return "hidden" if figure.cover else "<10"
    return f"{figure.value}{'+' if figure.growing else ''}"


def _share(value: int | None) -> str:
    return "" if value is None else str(value)
