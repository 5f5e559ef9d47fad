"""Errors with a name become answers, once for all pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from accounts.errors import ProductError, Unavailable


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
    else:
        response = render(request, "account/problem.html", {"error": error}, status=error.status)
    if retry_after := error.extra.get("retry_after"):
        response["Retry-After"] = str(max(1, round(retry_after)))
    return response


def wants_json(request: HttpRequest) -> bool:
    return (
        request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )
