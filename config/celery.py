import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.conf import settings
from django.db import Error

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("dramatis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def know_the_models(task: Any, **kwargs: Any) -> None:
    """A task that asks a model asks one of the catalogue as it is now, within the caps as they are. Whoever runs it at
    once knows them already."""
    if task.request.is_eager:
        return
    from accounts.spending import caps
    from inference import catalogue

    try:
        catalogue.refresh(older_than=settings.CATALOGUE_SECONDS)
        caps.refresh(older_than=settings.CATALOGUE_SECONDS)
    except Error:
        pass  # what was read last is true
