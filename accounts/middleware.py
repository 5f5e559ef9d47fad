"""What holds for every page: errors with a name become answers, and a visit is noted once an hour."""

import math
from collections.abc import Callable
from contextlib import suppress

from django.contrib.auth import SESSION_KEY
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import page_not_found
from redis.exceptions import RedisError

from accounts.addresses import is_ours
from accounts.consents.answers import honour_signal
from accounts.errors import ProductError, Unavailable
from accounts.limits.headers import tell_refused
from accounts.models import User
from accounts.visits import note_visit


class SeenToday:
    """Notes the first page of an hour, so that a guest who comes to read is not taken for gone.

    The session is saved with it, and lasts its full time from then on. Costs nothing where nobody looked at it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        # While the database is away an answer says so already: this must not make a worse one of it.
        if response.status_code < 500 and session.accessed:
            with suppress(OperationalError, InterfaceError):
                if SESSION_KEY in session:
                    note_visit(request)
        return response


class PrivacySignal:
    """A browser that asks not to sell or share (Global Privacy Control) is heard, once in a session.

    As above, it costs nothing where nobody looked at the session.
    """

    HEARD = "gpc"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("Sec-GPC") == "1" and request.session.accessed and response.status_code < 500:
            with suppress(OperationalError, InterfaceError):
                if SESSION_KEY in request.session and self.HEARD not in request.session:
                    self._hear(request)
        return response

    def _hear(self, request: HttpRequest) -> None:
        assert isinstance(request.user, User)
        honour_signal(request.user)
        request.session[self.HEARD] = True


class ProductErrorMiddleware:
    """JSON `{"error": {code, message, ...}}` for scripts that ask for JSON, a page for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RedisError):
            # What guards a door (sign-in limits) could not be counted.
            exception = Unavailable()
        return answer(request, exception) if isinstance(exception, ProductError) else None


def answer(request: HttpRequest, error: ProductError) -> HttpResponse:
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"error": error.as_dict()}, status=error.status)
    elif error.status == 404:
        # The page of an address that does not exist: the two look alike.
        response = page_not_found(request, error)
    else:
        context = {"error": error, "wait": seconds_to_wait(error), "back": came_from(request)}
        response = render(request, "account/problem.html", context)
    return told(response, error)


def came_from(request: HttpRequest) -> str:
    """The page of ours that led here, such as the one with the form; "" where that is the one that was refused."""
    page = request.headers.get("Referer", "")
    refused = request.method == "GET" and page == request.build_absolute_uri()
    return page if is_ours(request, page) and not refused else ""


def told(response: HttpResponse, error: ProductError) -> HttpResponse:
    """An answer that shows the error, with its status and when to come again."""
    response.status_code = error.status
    if wait := seconds_to_wait(error):
        response["Retry-After"] = str(wait)
    tell_refused(response, error)
    return response


def seconds_to_wait(error: ProductError) -> int:
    return math.ceil(error.extra.get("retry_after", 0))


def wants_json(request: HttpRequest) -> bool:
    return (
        request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )
