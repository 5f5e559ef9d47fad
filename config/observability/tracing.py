"""Spans by OpenTelemetry, sent in batches by OTLP over HTTP. Its packages are requirements-tracing.txt."""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import structlog
from django.conf import settings

from inference import tracing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

log = structlog.get_logger(__name__)
_provider: "TracerProvider | None" = None


def start(service: str) -> None:
    """From now on, where TRACES_URL says whereto. A site that wants traces does not start without the packages."""
    global _provider
    if not settings.TRACES_URL:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from config.observability.keeping import Keeping
    except ImportError:
        raise SystemExit("TRACES_URL is set, and requirements-tracing.txt is not installed") from None
    _provider = TracerProvider(
        resource=Resource.create({"service.name": f"dramatis-{service}"}), shutdown_on_exit=False
    )
    batches = BatchSpanProcessor(OTLPSpanExporter(settings.TRACES_URL, timeout=5))
    _provider.add_span_processor(Keeping(batches, settings.TRACES_SHARE))
    _open_with(_provider)
    log.info("tracing", service=service, share=settings.TRACES_SHARE)


def stop() -> None:
    """What is not sent yet is."""
    global _provider
    if _provider is not None:
        tracing.trace_with(None)
        _provider.shutdown()
        _provider = None


def _open_with(provider: "TracerProvider") -> None:
    from opentelemetry import context, trace

    tracer, nowhere = provider.get_tracer("dramatis"), context.Context()

    class Kept(tracing.Span):
        __slots__ = ("_span", "_token")

        def __init__(self, name: str, root: bool, attributes: dict[str, Any]) -> None:
            came_from = trace.get_current_span().get_span_context() if root else None
            links = [trace.Link(came_from)] if came_from is not None and came_from.is_valid else None
            self._token: Any = None
            self._span = tracer.start_span(
                name, nowhere if root else None, attributes=attributes, links=links, record_exception=False
            )

        def __enter__(self) -> Self:
            self._token = context.attach(trace.set_span_in_context(self._span))
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            if kind is not None and issubclass(kind, Exception) and kind is not asyncio.CancelledError:
                self.failed(kind.__name__)  # its message may quote a text
            context.detach(self._token)
            self._span.end()

        def end(self) -> None:
            self._span.end()

        def note(self, **attributes: Any) -> None:
            self._span.set_attributes(attributes)

        def failed(self, code: str) -> None:
            self._span.set_status(trace.StatusCode.ERROR, code)

    def ids() -> dict[str, str]:
        here = trace.get_current_span().get_span_context()
        if not here.is_valid:
            return {}
        return {"trace_id": trace.format_trace_id(here.trace_id), "span_id": trace.format_span_id(here.span_id)}

    tracing.trace_with(Kept, ids)
