"""Texts of strangers, before they become lines."""

from collections import Counter
from typing import Any

from accounts.written import UNSTORABLE
from chat.formats.limits import MAX_NAME, MAX_TEXT, MAX_TITLE


def text(written: Any, notes: Counter[str]) -> str:
    """Empty for what is no text. What is longer than a line may be is cut, and noted."""
    if not isinstance(written, str):
        return ""
    cleaned = UNSTORABLE.sub("", written.replace("\r\n", "\n").replace("\r", "\n"))
    if len(cleaned) > MAX_TEXT:
        notes["cut"] += 1
    return cleaned[:MAX_TEXT]


def name(written: Any) -> str:
    return one_line(written)[:MAX_NAME].strip()


def title(written: Any) -> str:
    return one_line(written)[:MAX_TITLE].strip()


def one_line(written: Any) -> str:
    return " ".join(UNSTORABLE.sub("", written[:1_000]).split()) if isinstance(written, str) else ""
