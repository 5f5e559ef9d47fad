"""What the pages of this app have in common."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.addresses import is_ours
from accounts.models import User
from accounts.profiles import CHOSEN_RATING
from characters import macros
from characters.models import CharacterVersion, Rating
from characters.selectors.age import strongest

MAX_ASKED = 400


def asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:MAX_ASKED]


def link(name: str, /, *arguments: object, **query: str) -> str:
    """An address with whatever of this query is not empty."""
    said = urlencode({key: value for key, value in query.items() if value})
    return reverse(name, args=arguments) + (f"?{said}" if said else "")


def wants_fragment(request: HttpRequest) -> bool:
    """htmx swaps a part; a boosted link or a restored history entry wants the whole page."""
    asks = request.headers
    return "HX-Request" in asks and "HX-Boosted" not in asks and "HX-History-Restore-Request" not in asks


def varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def spoken(text: str, version: CharacterVersion) -> str:
    return macros.expand_names(text, char=version.nickname or version.name, user=macros.STRANGER[version.language])


def is_member(request: HttpRequest) -> bool:
    """Somebody with an account."""
    return isinstance(request.user, User) and not request.user.is_guest


def member(request: HttpRequest) -> User:
    """Whom `members_only` let in."""
    assert isinstance(request.user, User)
    return request.user


def rating_of(request: HttpRequest) -> str:
    """General for guests, for members who have not chosen, and for who has not said to be an adult."""
    chosen = request.session.get(CHOSEN_RATING) if is_member(request) else None
    known = chosen if chosen in Rating.values else Rating.GENERAL
    return known if strongest(request.user) == Rating.EXPLICIT else Rating.GENERAL


def back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a form was sent from."""
    target = request.POST.get("next", "")
    return target if is_ours(request, target) else otherwise
