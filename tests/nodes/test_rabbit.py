"""Tasks by RabbitMQ instead of Redis: by name, since it takes long to start."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from django.utils import timezone

from chat.models import Conversation
from chat.services.remembering import talks_to_remember
from config.observability import site
from config.services import processes
from memory.models import Episode
from tests.chat.grown import Talk
from tests.nodes.rabbit import Rabbit
from tests.stack import Worker

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
LINES = 600


@pytest.fixture
def rabbit() -> Iterator[Rabbit]:
    rabbit = Rabbit()
    yield rabbit
    rabbit.stop()


@pytest.fixture
def queue(rabbit: Rabbit, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Celery:
    app = Celery("of-the-test", broker=rabbit.url, set_as_current=False)
    app.conf.update(
        task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        task_queues=settings.CELERY_TASK_QUEUES,
        task_routes=settings.CELERY_TASK_ROUTES,
    )
    monkeypatch.setattr(site, "current_app", app)
    return app


def depths() -> dict[str, float]:
    return {sample.labels["queue"]: sample.value for metric in site.queues_elsewhere() for sample in metric.samples}


def test_a_worker_that_dies_loses_nothing_and_doubles_nothing(
    rabbit: Rabbit, queue: Celery, start_worker: Callable[..., Worker]
) -> None:
    assert depths() == {}
    there_is = {"QUEUE_TASKS": 1, "BROKER_URL": rabbit.url}
    talk = Talk()
    talk.play_on(f"We walk on, stage {number}." for number in range(LINES))
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now())
    [until] = [until for talk_id, until in talks_to_remember() if talk_id == talk.id]
    worker = start_worker(**there_is)
    queue.send_task("chat.tasks.remember_talk", [str(talk.id), until.isoformat()])
    assert processes.wait_until(lambda: kept(talk) >= 100, 60), worker.said()[-2000:]
    worker.kill()
    assert kept(talk) <= LINES
    # It lies there again at once; what embeds has a queue of its own.
    queue.send_task("memory.tasks.embed_memories", [])
    assert processes.wait_until(lambda: depths() == {"dramatis": 1, "embeddings": 1}, 10), depths()
    other = start_worker(**there_is)
    assert processes.wait_until(lambda: kept(talk) == LINES + 1, 60), other.said()[-2000:]
    lines = Counter(Episode.objects.filter(conversation=talk.id).values_list("message_id", flat=True))
    assert set(lines.values()) == {1}
    assert processes.wait_until(lambda: depths() == {"dramatis": 0, "embeddings": 0}, 20)


def kept(talk: Talk) -> int:
    return Episode.objects.filter(conversation=talk.id).count()
