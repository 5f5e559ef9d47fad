"""A worker: `celery -A config.worker worker`. As `config.celery`, with its numbers and traces."""

import os
from typing import Any

from celery.signals import worker_init, worker_process_shutdown, worker_ready, worker_shutdown
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

from config.observability.worker import make_folder, serve

make_folder(settings.VAR_DIR)

from config.celery import app  # noqa: E402
from config.observability import tracing  # noqa: E402

__all__ = ["app"]


@worker_init.connect
def trace(**_: Any) -> None:
    tracing.start("worker")


@worker_ready.connect
def tell(**_: Any) -> None:
    if settings.METRICS_PORT:
        serve(settings.HOST, settings.METRICS_PORT)


@worker_process_shutdown.connect
def leave(pid: int, **_: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]
    tracing.stop()


@worker_shutdown.connect
def end(**_: Any) -> None:
    tracing.stop()
