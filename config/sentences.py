"""The sentences that our code and templates ask to have in another language, without the gettext tools."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from config.dotenv import PROJECT

PACKAGES = (
    "config",
    "inference",
    "accounts",
    "characters",
    "moderation",
    "memory",
    "voice",
    "stories",
    "chat",
    "operations",
    "templates",
)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# What messages.po holds: (context or "", singular).
Sentence = tuple[str, str]


def asked() -> dict[Sentence, str]:
    """Each sentence with the place that asks for it first: "chat/views/talk.py:12"."""
    found: dict[Sentence, str] = {}
    for path in sorted(sources()):
        for sentence, line in sentences_of(path):
            found.setdefault(sentence, f"{path.relative_to(PROJECT)}:{line}")
    return found


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (PROJECT / package).rglob("*.py")
        yield from (PROJECT / package).rglob("*.html")
        yield from (PROJECT / package).rglob("*.txt")


def sentences_of(path: Path) -> Iterator[tuple[Sentence, int]]:
    text = path.read_text()
    code = text if path.suffix == ".py" else templatize(text, origin=str(path))
    for line, message, _, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        yield (context or "", message if isinstance(message, str) else message[0]), line
