"""Texts of strangers, before they become lines."""

import re
from collections import Counter
from typing import Any

from chat.formats.limits import MAX_NAME, MAX_TEXT, MAX_TITLE

# As in chat/texts.py: what cannot be stored, or has no place in a line.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text(written: Any, notes: Counter[str]) -> str:
    """Empty for what is no text. What is longer than a line may be is cut, and noted."""
    if not isinstance(written, str):
        return ""
    cleaned = _FORBIDDEN.sub("", written.replace("\r\n", "\n").replace("\r", "\n"))
    if len(cleaned) > MAX_TEXT:
        notes["cut"] += 1
    return cleaned[:MAX_TEXT]


def name(written: Any) -> str:
    return one_line(written)[:MAX_NAME].strip()


def title(written: Any) -> str:
    return one_line(written)[:MAX_TITLE].strip()


def one_line(written: Any) -> str:
    return " ".join(_FORBIDDEN.sub("", written[:1_000]).split()) if isinstance(written, str) else ""
