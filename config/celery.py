import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, task_prerun
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("dramatis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

from config.observability import tasks  # noqa: E402, F401


@task_prerun.connect
def know_the_models(task: Any, **kwargs: Any) -> None:
    """A task that asks a model does it by the catalogue, the prompts and the caps as they are now.

    Whoever runs it at once knows them already.
    """
    if task.request.is_eager:
        return
    from inference.snapshot import refresh_all

    refresh_all(older_than=settings.CATALOGUE_SECONDS)


@heartbeat_sent.connect
def show_that_it_lives(**kwargs: Any) -> None:
    """Every two seconds, for probes: a worker that stands still, or has lost the broker for good, stops doing it.

    Asking it over the broker would start a whole program for each look.
    """
    Path(settings.VAR_DIR, "worker.alive").touch()
