"""Which addresses a model may be asked at."""

from urllib.parse import urlsplit


class UnusableAddress(ValueError):
    """Not an address for a model; the text never repeats the address, which may hold a password."""


def checked_base(url: str) -> str:
    """The base URL without a trailing slash, or UnusableAddress."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise UnusableAddress("not a valid URL") from error
    if parts.scheme not in ("http", "https"):
        raise UnusableAddress("must begin with http:// or https://")
    if not parts.hostname or port == 0:
        raise UnusableAddress("names no host or an impossible port")
    if parts.username or parts.password:
        raise UnusableAddress("must not hold a user name or password; use OPENAI_API_KEY")
    if parts.query or parts.fragment:
        raise UnusableAddress("must not hold a query or fragment")
    return url.strip().rstrip("/")
