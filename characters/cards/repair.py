"""Values as cards really hold them, brought into the form a column needs. The stored JSON is never touched by this."""

import math
import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

from characters.cards.errors import CardError

# Everything that has no business in a text: C0 and C1 controls but tab and newline, lone surrogates, non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def text(value: Any, field: str) -> str:
    """null is empty, a number its digits, lines end in one way. Raises CardError for objects and lists."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        value = getattr(value, "written", repr(value))
    if not isinstance(value, str):
        raise CardError("wrong_type", _("Text is needed here, and the card has something else."), field=field)
    clean = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", clean).strip()


def texts(value: Any, field: str) -> list[str]:
    """A list, or one text with commas; empty ones left out."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return []
    return [clean for each in value if not isinstance(each, dict | list) and (clean := text(each, field))]


def whole(value: Any, least: int, most: int, nothing: int) -> int:
    """A whole number within bounds: rounded, moved to the nearer bound; `nothing` for what is no number."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return nothing
    if isinstance(value, bool) or not isinstance(value, int | float):
        return nothing
    if isinstance(value, float) and not math.isfinite(value):
        return nothing
    return int(min(max(round(value), least), most))


def whole_or_none(value: Any, least: int, most: int) -> int | None:
    number = whole(value, least, most, least - 1)
    return None if number < least else number


def flag(value: Any) -> bool:
    """true, 1 and "true" are yes."""
    return value is True or (isinstance(value, int | float) and value == 1) or value == "true"


def flag_or_none(value: Any) -> bool | None:
    return None if value is None else flag(value)


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
