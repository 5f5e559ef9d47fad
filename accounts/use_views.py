"""“Use”, in the settings: what models somebody used, and what is left to them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.csv_files import csv_file
from accounts.errors import NotFound
from accounts.limits.buckets import Rate
from accounts.limits.looking import Standing, standing_of
from accounts.models import User
from accounts.spending.statement import COLUMNS, statement_of
from accounts.spending.usage import Left, Part, Total, use_of
from accounts.spending.words import money, tokens
from accounts.views import members_only

WIDTH, HEIGHT, GAP = 600, 120, 4


@require_safe
@login_required
def use(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    found = use_of(request.user)
    tables = (
        ("characters", _("By character"), found.by_character),
        ("models", _("By model"), found.by_model),
        ("operations", _("By what was asked"), found.by_operation),
        ("keys", _("By key"), found.by_key),
    )
    context = {
        "today": said(found.today),
        "month": said(found.month),
        "caps": [cap_in_words(each) for each in found.caps],
        "left": _left(standing_of(request.user)),
        "plan": request.user.plan,
        "months": months_until(timezone.now().date()) if found.by_key else [],
        "plot": plot(found.days),
        "tables": [(key, title, lines_of(parts)) for key, title, parts in tables if parts],
    }
    return render(request, "account/use.html", context)


@require_safe
@members_only
def statement(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """What keys used in a month, as CSV."""
    assert isinstance(request.user, User)
    if not (2000 <= year <= 9998 and 1 <= month <= 12):
        raise NotFound
    lines = statement_of(request.user, date(year, month, 1))
    return csv_file(f"api-use-{year}-{month:02}.csv", COLUMNS, lines)


def said(total: Total) -> dict[str, Any]:
    cost = " + ".join(money(micros, currency) for currency, micros in sorted(total.micros.items()))
    return {
        "tokens": tokens(total.tokens),
        "calls": tokens(total.calls),
        "again": tokens(total.again) if total.again else "",
        "prompt": tokens(total.prompt),
        "cached": tokens(total.cached) if total.cached else "",
        "completion": tokens(total.completion),
        "cost": cost,
    }


def plot(days: Sequence[tuple[date, Total]]) -> dict[str, Any]:
    """Bars for a drawing of WIDTH by HEIGHT, and the same as a table."""
    top, step = max((total.tokens for _, total in days), default=0), WIDTH / max(1, len(days))
    bars = []
    for number, (day, total) in enumerate(days):
        height = round(HEIGHT * total.tokens / top) if top else 0
        height = max(height, 2) if total.tokens else 0
        bars.append(
            {
                "day": day,
                "x": round(number * step + GAP / 2),
                "y": HEIGHT - height,
                "width": round(step - GAP),
                "height": height,
                "said": said(total) if total.tokens else None,
            }
        )
    return {"bars": bars, "width": WIDTH, "height": HEIGHT, "top": tokens(top), "empty": not top, "first": days[0][0]}


def lines_of(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Each with its share of the largest, for the bar beneath its name."""
    most = max((part.sum.tokens for part in parts), default=0)
    return [
        {"name": part.name, "share": round(100 * part.sum.tokens / most) if most else 0, **said(part.sum)}
        for part in parts
    ]


_NAMES = {
    "user": gettext_lazy("Requests in a row"),
    "hour": gettext_lazy("Requests this hour"),
    "organisation": gettext_lazy("Requests of your organisation this hour"),
}


def months_until(today: date) -> list[date]:
    """This month and the eleven before it."""
    months = [today.replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _left(standing: Standing) -> list[dict[str, Any]]:
    """What the plan still allows just now, and when it is all there again."""
    lines = [rate_in_words(rate) for rate in standing.rates or () if rate.name in _NAMES]
    if standing.turns_at_once is not None and standing.under_way is not None:
        free = max(0, standing.turns_at_once - standing.under_way)
        lines.append(_of(_("Replies at once"), free, standing.turns_at_once, _("Free again as replies end.")))
    again = _("New at 0:00 UTC.")
    days = (
        (_("Messages today"), standing.messages),
        (_("Letters to read today"), standing.embedded),
        (_("Letters spoken today"), standing.spoken),
    )
    for name, day in days:
        if day is not None:
            lines.append(_of(name, day.left, day.most, again))
    return lines


def rate_in_words(rate: Rate) -> dict[str, Any]:
    again = (
        _("All of it is there.") if rate.seconds <= 0 else _("All again in %(time)s.") % {"time": span(rate.seconds)}
    )
    return _of(str(_NAMES[rate.name]), rate.remaining, rate.limit, again)


def _of(name: str, left: int, most: int, again: str) -> dict[str, Any]:
    return {"name": name, "left": tokens(left), "most": tokens(most), "value": left, "of": most, "again": again}


def span(seconds: int) -> str:
    """Rounded up: nobody comes back too early."""
    if seconds < 120:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def cap_in_words(each: Left) -> dict[str, Any]:
    limit = each.limit

    def amount(count: int) -> str:
        if limit.measure == "money":
            return money(count, limit.currency)
        return _("%(count)s tokens") % {"count": tokens(count)}

    return {
        "is_day": limit.span == "day",
        "used": amount(each.used),
        "most": amount(limit.most),
        "left": amount(each.left),
        "percent": each.percent,
        "until": each.counter.until,
    }
