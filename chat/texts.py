"""What somebody wrote, before it is stored: the same rules, and the same codes, for the socket, pages and the API."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, TooLong
from accounts.written import UNSTORABLE

MAX_CONTENT = 32_000  # characters of one line
MAX_HINT = 2_000
MAX_TITLE = 120


class Empty(Invalid):
    code = "empty"
    message = _("Write a line first.")


class BadCharacters(Invalid):
    code = "bad_characters"
    message = _("The line holds control characters that cannot be stored.")


def check_line(content: str) -> str:
    """A line to be said, or put in place of one; the same text. Raises as `check_text`, and Empty."""
    if not content.strip():
        raise Empty(field="content")
    return check_text(content, field="content", limit=MAX_CONTENT)


def check_text(text: str, *, field: str, limit: int) -> str:
    """The same text. Raises TooLong or BadCharacters."""
    if len(text) > limit:
        said = _("%(length)d characters are too many: the limit is %(limit)d. Nothing was sent.")
        raise TooLong(said % {"length": len(text), "limit": limit}, field=field, limit=limit)
    if UNSTORABLE.search(text):
        raise BadCharacters(field=field)
    return text
