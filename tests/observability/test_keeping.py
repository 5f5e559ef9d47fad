"""Which traces are kept."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer

from config.observability.keeping import Keeping


def kept(share: float) -> tuple[Tracer, InMemorySpanExporter, Keeping]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    keeping = Keeping(SimpleSpanProcessor(exporter), share)
    provider.add_span_processor(keeping)
    return provider.get_tracer("test"), exporter, keeping


def test_a_share_is_kept_and_always_whole() -> None:
    tracer, exporter, keeping = kept(0.25)
    for _ in range(2_000):
        with tracer.start_as_current_span("turn"), tracer.start_as_current_span("model"):
            pass
    traces: dict[int, int] = {}
    for span in exporter.get_finished_spans():
        traces[span.context.trace_id] = traces.get(span.context.trace_id, 0) + 1
    assert 400 < len(traces) < 600
    assert set(traces.values()) == {2}
    assert keeping._open == {}, "what was judged is let go"


def test_what_failed_is_kept_with_all_that_was_beside_it() -> None:
    tracer, exporter, _ = kept(0.0)
    for fails in (False, True):
        with tracer.start_as_current_span("turn"):
            with tracer.start_as_current_span("gather"):
                pass
            with tracer.start_as_current_span("model") as model:
                if fails:
                    model.set_status(StatusCode.ERROR, "model_too_slow")
    assert [span.name for span in exporter.get_finished_spans()] == ["gather", "model", "turn"]


def test_work_that_outlives_its_trace_is_not_waited_for() -> None:
    tracer, exporter, keeping = kept(0.0)
    with tracer.start_as_current_span("turn"):
        late, worse = tracer.start_span("late"), tracer.start_span("worse")
    late.end()
    worse.set_status(StatusCode.ERROR, "broke")
    worse.end()
    assert [span.name for span in exporter.get_finished_spans()] == ["worse"]
    assert keeping._open == {}
