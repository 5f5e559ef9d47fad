"""Structured logs: ids and sizes, never text, keys or addresses."""

import logging
import logging.config
import re
import sys
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from config.observability.requests import answered
from inference import tracing

log = structlog.get_logger("request")
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def configure(options: Mapping[str, str]) -> None:
    """Django's LOGGING_CONFIG: everything goes to standard error through one formatter."""
    renderer: Any = structlog.processors.JSONRenderer()
    if options["format"] == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, sort_keys=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        frames_without_messages,
        where_traced,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                # Their lines carry paths (with one-time keys), statements, addresses; see RequestLog.
                "django.request": {"level": "CRITICAL"},
                "django.security": {"level": "CRITICAL"},
                "django.channels.server": {"level": "ERROR"},
                "django.db": {"level": "ERROR"},
                "uvicorn.error": {"level": "WARNING"},
                "asyncio": {"level": "WARNING"},
                "httpx2": {"level": "WARNING"},
                "aiohttp": {"level": "WARNING"},
                # Below that it writes every request with its headers, among them the token of a role.
                "botocore": {"level": "WARNING"},
            },
        }
    )


def frames_without_messages(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A failure is told by type and place: its message may quote a row, a text or an address."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if info else None
    if error is None:
        return event
    told: list[dict[str, Any]] = []
    while error is not None and len(told) < 5:
        found = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in found[:-4] if "site-packages" not in frame.filename]
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in (*ours[-8:], *found[-4:])]
        told.append({"type": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames})
        if logging.getLogger().isEnabledFor(logging.DEBUG):  # LOG_LEVEL=DEBUG, on one's own machine
            told[-1]["message"] = str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    event["failure"] = told
    return event


def where_traced(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The trace and span that a line belongs to."""
    event.update(tracing.ids())
    return event


class RequestLog:
    """One line a request, under an id that the answer carries too (X-Request-ID)."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.asynchronous = iscoroutinefunction(get_response)
        if self.asynchronous:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.answer(request) if self.asynchronous else self.answer_now(request)

    async def answer(self, request: HttpRequest) -> HttpResponseBase:
        started = self.begin(request)
        with tracing.span("page", root=True, method=request.method) as page:
            return self.end(request, await self.get_response(request), started, page)

    def answer_now(self, request: HttpRequest) -> HttpResponseBase:
        started = self.begin(request)
        with tracing.span("page", root=True, method=request.method) as page:
            return self.end(request, self.get_response(request), started, page)

    def begin(self, request: HttpRequest) -> float:
        given = request.headers.get("X-Request-ID", "")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        return time.perf_counter()

    def end(
        self, request: HttpRequest, response: HttpResponseBase, started: float, page: tracing.Span
    ) -> HttpResponseBase:
        response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        match = request.resolver_match
        # The route, not the path: a path may hold a one-time key.
        route, took = match.route if match else None, time.perf_counter() - started
        answered(route, response.status_code, took)
        page.note(route="" if route is None else f"/{route}", status=response.status_code)
        if response.status_code >= 500:
            page.failed(str(response.status_code))
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        log.log(
            level,
            "request",
            method=request.method,
            route=None if route is None else f"/{route}",
            status=response.status_code,
            ms=round(took * 1000, 1),
        )
        return response


@receiver(got_request_exception)
def log_failure(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """What no view and no middleware answered: a 500."""
    log.error("request_failed", exc_info=sys.exc_info())
