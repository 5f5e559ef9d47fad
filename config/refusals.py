"""The 400 of requests that Django itself turns away, before any view has seen them."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from accounts.middleware import answer
from accounts.oversize import too_much


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What there was too much of is said with its limit; of all else an honest browser sends nothing."""
    error = too_much(exception)
    return answer(request, error) if error else defaults.bad_request(request, exception)
