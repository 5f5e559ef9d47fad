"""How the queue is worked, at /admin/moderation/case/figures/ (admin/moderation/case/figures.html), for the team."""

from dataclasses import dataclass

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from characters.requests_admin import public_name
from moderation.desk import words_of
from moderation.models import Case
from moderation.selectors.figures import DAYS, Figures, Span, figures

HEIGHT, STEP = 120, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the plot: where its two bars stand, in units of the picture."""

    day: str
    opened: int
    decided: int
    x: int
    tall_opened: int
    tall_decided: int

    @property
    def y_opened(self) -> int:
        return HEIGHT - self.tall_opened

    @property
    def y_decided(self) -> int:
        return HEIGHT - self.tall_decided


def figures_page(request: HttpRequest) -> HttpResponse:
    told = figures()
    context = site.each_context(request) | {
        "title": _("How the queue is worked"),
        "opts": Case._meta,
        "told": told,
        "bars": _bars(told),
        "width": DAYS * STEP,
        "height": HEIGHT,
        "most": max((max(opened, decided) for _day, opened, decided in told.days), default=0),
        "decided": sum(decided for _day, _opened, decided in told.days),
        "age": in_words(told.age),
        "took": in_words(told.took),
        "open": [(Case.Severity(severity).label, severity, count) for severity, count in told.open],
        "workers": [(public_name(each.user), each, in_words(each.took)) for each in told.workers],
        "rules": [(words_of(each.rule), each) for each in told.rules],
        "days": DAYS,
    }
    return TemplateResponse(request, "admin/moderation/case/figures.html", context)


def in_words(span: Span | None) -> str:
    """Minutes below two hours, hours below two days, then days."""
    if span is None:
        return "–"
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    if minutes < 48 * 60:
        return ngettext("%d hour", "%d hours", round(minutes / 60)) % round(minutes / 60)
    return ngettext("%d day", "%d days", round(minutes / 1_440)) % round(minutes / 1_440)


def _bars(told: Figures) -> list[Bar]:
    most = max((max(opened, decided) for _day, opened, decided in told.days), default=0) or 1
    return [
        Bar(
            day.isoformat(),
            opened,
            decided,
            number * STEP,
            round(HEIGHT * opened / most),
            round(HEIGHT * decided / most),
        )
        for number, (day, opened, decided) in enumerate(told.days)
    ]
