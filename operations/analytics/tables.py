"""The figures in words: each part of the page is a table, some with charts above it, and the same as CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.spending.words import money
from characters.charts import Chart, bars
from characters.discretion import Figure, added
from operations.analytics.figures import Site, Work
from operations.analytics.statements import STEPS

Cell = Figure | int | float | str | date | None


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    chart: Chart
    parts: str = ""  # what the darker pieces of its bars are


@dataclass(frozen=True, slots=True)
class Table:
    """`head` are the words of its columns; the first cell of a row names it. `open`: it stands there unasked."""

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    nothing: str = ""
    pictures: Sequence[Picture] = field(default=())
    open: bool = False

    @property
    def said(self) -> list[list[str]]:
        return [[said(cell) for cell in row] for row in self.rows]

    @property
    def written(self) -> list[list[Any]]:
        return [[written(cell) for cell in row] for row in self.rows]


def said(cell: Cell) -> str:
    """As the page has it."""
    if isinstance(cell, Figure):
        if cell.value is None:
            return _("hidden") if cell.cover else _("fewer than ten")
        return f"{cell.value:,}" + ("+" if cell.growing else "")
    if isinstance(cell, date):
        return date_format(cell, "DATE_FORMAT")
    if isinstance(cell, float):
        return f"{cell:.2f}%"
    return "–" if cell is None else f"{cell:,}" if isinstance(cell, int) else cell


def written(cell: Cell) -> Any:
    """As a file has it: plain numbers, and no number where none is told."""
    if isinstance(cell, Figure):
        return said(cell) if cell.value is None or cell.growing else cell.value
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else cell


def goal() -> float:
    """Per cent of turns that are to be answered."""
    return 100 * float(settings.REPLIES_OBJECTIVE)


def answered_percent(answered: int, broken: int) -> float | None:
    return 100 * answered / (answered + broken) if answered + broken else None


def spent_percent(answered: int, broken: int) -> int | None:
    """How much of what may fail has failed. None where nothing may, or nothing was asked."""
    may = (answered + broken) * (1 - float(settings.REPLIES_OBJECTIVE))
    return round(100 * broken / may) if may else None


def tables_of(site: Site) -> list[Table]:
    return [
        _people(site), _lengths(site), _cohorts(site), _characters(site), _stories(site), _models(site), _tokens(site),
        _cases(site), _budget(site), _failures(site),
    ]  # fmt: skip


def _first() -> str:
    return pgettext("beginning of a span", "From")


def _people(site: Site) -> Table:
    people, turns = [each.people for each in site.lines], [each.turns for each in site.lines]
    return Table(
        key="people",
        title=_("People"),
        note=_("Active is who took a turn; new is whose account was made within the same span, guests too."),
        head=(_first(), _("active people"), _("new people"), _("returning"), _("turns")),
        rows=[(each.since, each.people, each.fresh, each.returning, each.turns) for each in site.lines],
        pictures=(
            Picture(_("Active people"), bars(people, [each.returning for each in site.lines]), _("returning")),
            Picture(_("Turns"), bars(turns)),
        ),
    )


def _lengths(site: Site) -> Table:
    return Table(
        key="lengths",
        title=_("Length of talks"),
        note=_("Talks by the replies that they had within a week, added up over the weeks that are over."),
        head=(_("replies"), _("talks")),
        rows=[(_from_to(step), number) for step, number in site.lengths],
        nothing=_("No week of this is over yet."),
        pictures=(Picture(_("Talks"), bars([number for _step, number in site.lengths])),) if site.lengths else (),
    )


def _from_to(step: int) -> str:
    """A step of `statements.STEPS` and what lies before the next one."""
    if step == STEPS[-1]:
        return f"{step}+"
    return f"{step}–{2 * step - 1}" if step > 1 else "1"


def _cohorts(site: Site) -> Table:
    weeks = max((len(each.percent) for each in site.cohorts), default=0)
    return Table(
        key="cohorts",
        title=_("Who comes back"),
        note=_("Of the accounts made in a week, how many took a turn in that week (0) and in those after it."),
        head=(_("week of"), _("accounts"), *(str(number) for number in range(weeks))),
        rows=[
            (each.monday, each.people, *("–" if one is None else f"{one}%" for one in each.percent))
            for each in site.cohorts
        ],
        nothing=_("No week of this is over yet."),
        open=True,
    )


def _characters(site: Site) -> Table:
    return Table(
        key="characters",
        title=_("Characters"),
        note=_("Public ones, in the weeks in which ten people or more spoke with them."),
        head=(_("character"), _("replies")),
        rows=[(each.name, each.number) for each in site.characters],
        nothing=_("None was spoken with by ten people in a week that is over."),
        open=True,
    )


def _stories(site: Site) -> Table:
    return Table(
        key="stories",
        title=_("Stories"),
        note=_("Public ones, in the weeks in which ten people or more began to play them."),
        head=(_("story"), _("times begun")),
        rows=[(each.name, each.number) for each in site.stories],
        nothing=_("None was begun by ten people in a week that is over."),
        open=True,
    )


def _models(site: Site) -> Table:
    return Table(
        key="models",
        title=_("Models and cost"),
        note=_("From the ledger, exact: tokens and money are of nobody in particular."),
        head=(_("model"), _("calls"), _("tokens in"), _("tokens out"), _("cost")),
        rows=[
            (each.model or "–", each.calls, each.tokens_in, each.tokens_out, in_money(each.micros))
            for each in site.models
        ],
        nothing=_("No model was asked."),
        open=True,
    )


def _tokens(site: Site) -> Table:
    return _of_work(
        site,
        key="tokens",
        title=_("Tokens over time"),
        head=(_first(), _("tokens")),
        rows=lambda each: (each.since, each.tokens),
        pictures=((_("Tokens, in and out"), lambda each: each.tokens),),
    )


def _cases(site: Site) -> Table:
    return _of_work(
        site,
        key="cases",
        title=_("Work of moderators"),
        note=_("Appeals made: %(count)s.") % {"count": f"{site.appeals:,}"},
        head=(_first(), _("cases opened"), _("cases decided"), _("waiting at the end")),
        rows=lambda each: (each.since, each.opened, each.decided, each.waiting),
        pictures=(
            (_("Cases opened"), lambda each: each.opened),
            (_("Cases waiting"), lambda each: each.waiting or 0),
        ),
    )


def _budget(site: Site) -> Table:
    return _of_work(
        site,
        key="budget",
        title=_("Error budget"),
        note=_("Goal: %(goal)s of turns are answered. Failed are those that broke off or came to nothing.")
        % {"goal": f"{goal():g}%"},
        head=(_first(), _("answered"), _("failed"), _("answered, per cent"), _("budget spent, per cent")),
        rows=lambda each: (
            each.since, each.answered, each.broken, answered_percent(each.answered, each.broken),
            spent_percent(each.answered, each.broken),
        ),
        pictures=((_("Turns that failed"), lambda each: each.broken),),
    )  # fmt: skip


def _failures(site: Site) -> Table:
    return Table(
        key="failures",
        title=_("Why turns failed"),
        head=(_("error"), _("turns")),
        rows=[(code or "–", count) for code, count in site.failures],
        nothing=_("No turn failed."),
        open=True,
    )


def _of_work(
    site: Site,
    *,
    key: str,
    title: str,
    head: Sequence[str],
    rows: Callable[[Work], Sequence[Cell]],
    pictures: Sequence[tuple[str, Callable[[Work], int]]],
    note: str = "",
) -> Table:
    return Table(
        key=key,
        title=title,
        head=head,
        note=note,
        rows=[rows(each) for each in site.work],
        pictures=[Picture(name, bars([Figure(number(each)) for each in site.work])) for name, number in pictures],
    )


def in_money(micros: dict[str, int]) -> str:
    return " + ".join(money(amount, currency) for currency, amount in sorted(micros.items())) or "–"


def tiles(site: Site) -> list[tuple[str, str]]:
    """What stands at the top."""
    over = [each for each in site.lines if not each.people.growing and each.people.value != 0]
    turns = [each.turns for each in site.lines]
    last = over[-1] if over else None
    answered, spent = answered_percent(site.answered, site.broken), spent_percent(site.answered, site.broken)
    named = {"day": _("active people, last whole day"), "week": _("active people, last whole week")}
    return [
        (named.get(site.range.kind, _("active people, last whole month")), said(last.people) if last else "–"),
        (_("turns"), said(added(turns))),
        (_("cost"), in_money(site.cost)),
        (_("turns answered"), said(answered)),
        (_("of the error budget spent"), "–" if spent is None else f"{spent:,}%"),
    ]
