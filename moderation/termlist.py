"""Lists of terms as operators keep them: rows, checked as a whole, and the CSV that they come and go as."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from moderation.filters.base import Stage
from moderation.filters.lexicon import LONGEST, Term
from moderation.filters.normalise import fold, spaced, squeezed

FIELDS = ("text", "severity", "language", "scope", "whole_word")
LANGUAGES = ("", "en", "zh")
MOST = 20_000
_YES = {
    "1": True,
    "true": True,
    "yes": True,
    "": True,
    "0": False,
    "false": False,
    "no": False,
    "是": True,
    "否": False,
}


class BadTerms(ValueError):
    """Says which row and which field, in the reader's language."""


def _bad(where: str, what: str) -> BadTerms:
    return BadTerms(_("%(where)s: %(what)s") % {"where": where, "what": what})


def terms_of(rows: Iterable[Mapping[str, Any]]) -> list[Term]:
    """Raises BadTerms."""
    return [
        Term(
            row["text"],
            severity=row["severity"],
            language=row["language"],
            scope=frozenset(row["scope"]),
            whole_word=row["whole_word"],
        )
        for row in checked_rows(rows)
    ]


def checked_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, whole and in order, each term once: the last one counts. Raises BadTerms."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        one = _row(number, row)
        found[one["text"].casefold(), one["language"]] = one
        if len(found) > MOST:
            raise BadTerms(_("at most %(most)s terms") % {"most": MOST})
    return sorted(found.values(), key=lambda one: (one["text"].casefold(), one["language"]))


def _row(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    where = _("row %(number)s") % {"number": number}
    if unknown := set(row) - set(FIELDS):
        raise _bad(where, _("unknown column %(names)s") % {"names": ", ".join(sorted(map(str, unknown)))})
    text = row.get("text")
    text = " ".join(text.split()) if isinstance(text, str) else ""
    if not text:
        raise _bad(where, _("text is needed"))
    if len(text) > LONGEST or not (spaced(fold(text)).text.strip() or squeezed(fold(text)).text):
        raise _bad(where, _("text has at most %(most)s signs, and letters or numbers among them") % {"most": LONGEST})
    where = f"{where} ({text})"
    severity = row.get("severity", 1)
    if isinstance(severity, bool) or severity not in (1, 2, 3):
        raise _bad(where, _("severity is 1, 2 or 3"))
    language = row.get("language", "") or ""
    if language not in LANGUAGES:
        raise _bad(where, _("language is en, zh or empty"))
    scope = row.get("scope", ()) or ()
    if isinstance(scope, str) or not set(scope) <= set(Stage):
        raise _bad(where, _("scope is one or more of %(names)s, or empty") % {"names": ", ".join(Stage)})
    whole = row.get("whole_word", True)
    if not isinstance(whole, bool):
        raise _bad(where, _("whole_word is true or false"))
    return {
        "text": text,
        "severity": severity,
        "language": language,
        "scope": sorted(map(str, set(scope))),
        "whole_word": whole,
    }


def read_csv(text: str) -> list[dict[str, Any]]:
    """Rows of a table with a head: `text` is needed, other columns may be missing. Raises BadTerms."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="more", strict=True)
    try:
        names = [(name or "").strip().lower() for name in table.fieldnames or ()]
        if "text" not in names:
            raise BadTerms(_("the first row names the columns; text is one of them"))
        table.fieldnames = names
        return checked_rows(_typed(number, row) for number, row in enumerate(table, start=1))
    except csv.Error as error:
        raise BadTerms(
            _("line %(number)s: this is no table: %(why)s") % {"number": table.line_num, "why": error}
        ) from error


def _typed(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    where = _("row %(number)s") % {"number": number}
    if "more" in row:
        raise _bad(where, _("more columns than the head names"))
    told: dict[str, str] = {name: (value or "").strip() for name, value in row.items()}
    severity, whole = told.get("severity", ""), told.get("whole_word", "").lower()
    if severity and not (severity.isascii() and severity.isdigit()):
        raise _bad(where, _("severity is 1, 2 or 3"))
    if whole not in _YES:
        raise _bad(where, _("whole_word is true or false"))
    # A spreadsheet's quote before what looks like a formula is not part of it.
    text = told["text"].removeprefix("'") if told["text"][:2] in FORMULAS else told["text"]
    return told | {
        "text": text,
        "severity": int(severity or 1),
        "language": told.get("language", "").lower(),
        "scope": told.get("scope", "").replace(";", " ").replace(",", " ").lower().split(),
        "whole_word": _YES[whole],
    }


FORMULAS = frozenset("'" + sign for sign in "=+-@＝＋－＠")


def csv_rows(rows: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
    """As `read_csv` reads them."""
    for row in rows:
        whole = "true" if row["whole_word"] else "false"
        yield row["text"], row["severity"], row["language"], " ".join(row["scope"]), whole
