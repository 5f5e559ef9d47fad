"""Which traces are kept: a share of them, told by their ids alone, so that all processes choose the same; and all in
which something failed.

That something fails is known at the end. So the spans of a trace that is not in the share wait here until the one that
began it in this process has ended.
"""

from threading import Lock

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import StatusCode

MOST_OPEN = 10_000  # traces
MOST_SPANS = 500  # of one
BITS = (1 << 64) - 1


class Keeping(SpanProcessor):
    def __init__(self, then: SpanProcessor, share: float) -> None:
        self._then = then
        self._bound = round(share * (1 << 64))
        self._open: dict[int, list[ReadableSpan]] = {}
        self._making_room = Lock()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        trace = span.context.trace_id
        if _begins_here(span) and not self._in_share(trace):
            with self._making_room:
                if len(self._open) >= MOST_OPEN:
                    self._open.pop(next(iter(self._open)), None)
                self._open[trace] = []

    def on_end(self, span: ReadableSpan) -> None:
        trace = span.context.trace_id
        if self._in_share(trace):
            return self._then.on_end(span)
        held = self._open.get(trace)
        if held is None:  # of work that went on after its trace was judged
            if _failed(span):
                self._then.on_end(span)
            return
        if len(held) < MOST_SPANS:
            held.append(span)
        if _begins_here(span):
            with self._making_room:
                self._open.pop(trace, None)
            if any(map(_failed, held)):
                for each in held:
                    self._then.on_end(each)

    def shutdown(self) -> None:
        self._then.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._then.force_flush(timeout_millis)

    def _in_share(self, trace: int) -> bool:
        return trace & BITS < self._bound


def _begins_here(span: ReadableSpan) -> bool:
    return span.parent is None or span.parent.is_remote


def _failed(span: ReadableSpan) -> bool:
    return span.status.status_code is StatusCode.ERROR
