"""What is answered while Postgres is away, and how soon it is believed to be back."""

from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg_pool.base import AttemptWithBackoff

log = structlog.get_logger(__name__)
RETRY_SECONDS = 5


def look_again_sooner() -> None:
    """Both pools ask dead connections one by one, and by themselves wait 1, 2, 4 … s between them.

    After a restart of Postgres all of them are dead: from the third on that is longer than
    DATABASE_WAIT_SECONDS, and requests fail although the database is back.
    """
    AttemptWithBackoff.INITIAL_DELAY = 0.05
    AttemptWithBackoff.DELAY_BACKOFF = 1.2


class Outage:
    """503 and a time to come again, instead of a 500, for a request that could not reach the database."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.warning("database_away", error=type(exception).__name__)
        response: HttpResponse
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            sentence = _("This is not possible right now. Please try again in a moment.")
            response = JsonResponse({"error": {"code": "unavailable", "message": sentence}}, status=503)
        else:
            response = render(None, "503.html", status=503)  # type: ignore[arg-type]  # whoever asks is unknown now
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
