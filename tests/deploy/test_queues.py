"""Which worker does what, and how it is seen that one lives."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from config.celery import app
from config.services import processes
from tests.stack import Worker


def queue_of(task: str) -> tuple[str, str]:
    """Where it lies, and the key it goes by."""
    queue = app.amqp.router.route({}, task)["queue"]
    return queue.name, queue.routing_key


def test_what_waits_for_the_embedding_server_has_a_queue_of_its_own() -> None:
    assert queue_of("memory.tasks.embed_memories") == ("embeddings", "embeddings")
    assert queue_of("chat.tasks.sweep_turns") == ("dramatis", "dramatis")
    assert {*settings.CELERY_TASK_ROUTES} <= {*app.tasks}


def test_no_task_is_handed_out_again_while_it_runs() -> None:
    patience = app.conf.broker_transport_options["visibility_timeout"]
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    long = [task.name for task in ours if (task.time_limit or app.conf.task_time_limit) >= patience]
    assert "accounts.tasks.build_takeout" in long
    assert [name for name in long if app.tasks[name].acks_late] == []


def test_a_worker_shows_that_it_lives_and_takes_from_every_queue(start_worker: Callable[..., Worker]) -> None:
    shown = Path(settings.VAR_DIR, "worker.alive")
    shown.unlink(missing_ok=True)
    worker = start_worker()
    assert processes.wait_until(shown.exists, 20), worker.said()
    assert all(f".> {queue.name} " in worker.said() for queue in app.conf.task_queues), worker.said()
