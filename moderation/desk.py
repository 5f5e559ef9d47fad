"""What the desk of moderators shows of a case: prepared for its template, with a word for every code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.errors import ContentLost
from accounts.models import User
from characters.requests_admin import public_name
from moderation.models import Case, Exhibit, Reason, ReasonTemplate, Report
from moderation.selectors.cases import exhibit_text
from moderation.selectors.reports import text_of
from moderation.services.decisions import LABELS, offered
from moderation.severity import reason_for

Outcome = Case.Outcome
FOUND = (
    ("sexual/minors", _("Sexual content with minors")), ("sexual", _("Sexual content")), ("hate", _("Hatred")),
    ("harassment", _("Harassment")), ("violence", _("Violence")), ("self-harm", _("Self-harm")),
    ("term", _("A term of the list")), ("jailbreak", _("An attempt to talk the model out of its rules")),
    ("suffix", _("A string made by a machine")), ("injection.*", _("Instructions to the model")),
    ("exfiltration*", _("A link that carries text out")), ("leak.*", _("Our instructions")),
    ("provider.*", _("Found by the moderation of a provider")), ("judge.*", _("Found by the model that judges")),
    ("pii.*", _("Somebody’s personal data")), ("any", _("Something that is flagged")),
)  # fmt: skip
# The key that chooses each, and its word as something to do.
ACTIONS = (
    (Outcome.DISMISSED, "d", pgettext_lazy("a case", "Dismiss")), (Outcome.LABELLED, "l", _("Label")),
    (Outcome.REMOVED, "x", pgettext_lazy("a text", "Remove")),
    (Outcome.WARNED, "w", _("Warn")), (Outcome.RESTRICTED, "r", _("Restrict")), (Outcome.SUSPENDED, "s", _("Suspend")),
    (Outcome.BANNED, "b", pgettext_lazy("a person", "Ban")),
)  # fmt: skip
STAGES = {
    "input": _("what a player said"), "stream": _("a reply, while it came"), "output": _("a reply"),
    "card": _("what an author wrote"), "memory": _("what was to be remembered"), "": _("what was reported"),
}  # fmt: skip
DAYS = (1, 3, 7, 14, 30, 90, 365)


def words_of(rule: str) -> str:
    """A reason of people, or what a filter found; a rule's own name where there is no word."""
    if rule in Reason.values:
        return str(Reason(rule).label)
    return next((str(words) for pattern, words in FOUND if fnmatchcase(rule, pattern)), rule)


@dataclass(frozen=True, slots=True)
class Fired:
    """What a filter found, and what the policy made of it."""

    number: int
    words: str
    score: str  # from 0.00 to 1.00
    filter: str
    rule: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownExhibit:
    """`pieces` are (text, number of what was found there or 0)."""

    stage: str
    at: datetime
    pieces: list[tuple[str, int]]
    fired: list[Fired]


@dataclass(frozen=True, slots=True)
class ShownReport:
    reason: str
    by: str
    at: datetime
    text: str


def shown_exhibits(case: Case) -> list[ShownExhibit]:
    return [_exhibit(each) for each in case.exhibits.all()[:20]]


def shown_reports(case: Case) -> list[ShownReport]:
    told = case.reports.select_related("reporter__profile").order_by("id")[:20]
    return [
        ShownReport(
            each.get_reason_display(),
            public_name(each.reporter) if each.reporter else str(_("somebody who is gone")),
            each.created_at,
            _written(each),
        )
        for each in told
    ]


def choices_for(case: Case) -> dict[str, Any]:
    """What the form of a decision offers."""
    can = offered(case)
    return {
        "actions": [(code, key, word) for code, key, word in ACTIONS if code in can],
        "rules": Reason.choices,
        "rule_chosen": reason_for(case.rule),
        "templates": templates_for(case.about),
        "labels": LABELS.items(),
        "days": DAYS,
    }


def templates_for(person: User | None) -> list[dict[str, str]]:
    """Titles in both languages, and the text in the one that the person reads."""
    chinese = bool(person and person.language.startswith("zh"))
    return [
        {
            "rule": each.rule,
            "title_en": each.title_en,
            "title_zh": each.title_zh,
            "text": each.text_zh if chinese else each.text_en,
        }
        for each in ReasonTemplate.objects.filter(active=True)
    ]


def pieces_of(text: str, spans: Iterable[tuple[int, int, int]]) -> list[tuple[str, int]]:
    """The text cut at (start, end, number); where two overlap, the first has it."""
    pieces, at = [], 0
    for start, end, number in sorted(spans):
        start = max(start, at)
        if start >= end:
            continue
        if start > at:
            pieces.append((text[at:start], 0))
        pieces.append((text[start:end], number))
        at = end
    return [*pieces, (text[at:], 0)] if at < len(text) or not pieces else pieces


def _exhibit(exhibit: Exhibit) -> ShownExhibit:
    found: Sequence[dict[str, Any]] = exhibit.findings
    spans = [(*each["span"], number) for number, each in enumerate(found, start=1) if "span" in each]
    fired = [
        Fired(
            number,
            words_of(each["finding"]),
            f"{each['score']:.2f}",
            each["filter"],
            each["rule"],
            each["action"],
            each.get("note", ""),
        )
        for number, each in enumerate(found, start=1)
    ]
    return ShownExhibit(str(STAGES.get(exhibit.stage, "")), exhibit.at, pieces_of(exhibit_text(exhibit), spans), fired)


def _written(report: Report) -> str:
    try:
        return text_of(report)
    except ContentLost as lost:
        return str(lost.message)
