"""Tasks: how long they waited and took, how they ended, and the trace that they belong to."""

import time
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from prometheus_client import Counter, Histogram

from inference import tracing

TASK_SECONDS = (0.01, 0.05, 0.2, 1.0, 5.0, 20.0, 60.0, 300.0)
WAIT_SECONDS = (0.05, 0.2, 1.0, 5.0, 15.0, 60.0, 300.0)

ended = Counter("dramatis_tasks_total", "Tasks, by how they ended.", ["task", "outcome"])
took = Histogram("dramatis_task_seconds", "How long tasks took.", ["task"], buckets=TASK_SECONDS)
waited = Histogram("dramatis_task_wait_seconds", "From sending a task to its start.", buckets=WAIT_SECONDS)

_running: dict[str, tuple[float, tracing.Span]] = {}


@before_task_publish.connect
def stamp(headers: dict[str, Any], **_: Any) -> None:
    """When it was sent, and from which trace."""
    headers["sent_at"] = time.time()
    if here := tracing.ids():
        headers["sent_in"] = f"{here['trace_id']}-{here['span_id']}"


@task_prerun.connect
def begun(task_id: str, task: Any, **_: Any) -> None:
    if (sent := getattr(task.request, "sent_at", None)) is not None:
        waited.observe(max(0.0, time.time() - sent))
    # A trace of its own: it may run long after what sent it, which it names.
    attributes = {"task": task.name, "sent_in": getattr(task.request, "sent_in", None) or "beat"}
    opened = tracing.span("task", root=not task.request.is_eager, **attributes)
    opened.__enter__()
    _running[task_id] = time.perf_counter(), opened


@task_postrun.connect
def over(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    """`state` as Celery has it: SUCCESS, RETRY, FAILURE; None where it was left to run again."""
    began, opened = _running.pop(task_id, (time.perf_counter(), tracing.NOBODYS))
    outcome = (state or "left").lower()
    ended.labels(task.name, outcome).inc()
    took.labels(task.name).observe(time.perf_counter() - began)
    opened.note(outcome=outcome)
    if outcome == "failure":
        opened.failed(outcome)
    opened.__exit__(None, None, None)
