"""What is committed stays committed while the queue of tasks is away, and whoever wrote it does not notice."""

import logging

import pytest
from celery import Celery
from django.db import transaction

from characters.tasks import queue_on_commit
from config.services.ports import free_port


@pytest.mark.usefixtures("committed")
def test_a_task_that_cannot_be_queued_is_logged_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = Celery(broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False)
    task = nowhere.task(lambda: None, name="nothing", shared=False)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        queue_on_commit(task)
    assert "on_commit()" in caplog.text
