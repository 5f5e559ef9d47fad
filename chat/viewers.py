"""Who looks at a page."""

from django.http import HttpRequest

from accounts.errors import NotFound
from accounts.models import User


def viewer(request: HttpRequest) -> User:
    """Whoever is signed in; nobody has no conversations."""
    if not request.user.is_authenticated:
        raise NotFound
    return request.user


def signed_in(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None
