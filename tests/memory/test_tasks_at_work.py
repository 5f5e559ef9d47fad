"""Real workers: killed in the middle, run twice, at once; what is remembered is remembered once."""

import os
import signal
from collections import Counter
from pathlib import Path

from django.utils import timezone

from chat.models import Conversation
from chat.services.remembering import TRY_AGAIN, talks_to_remember
from config.celery import app
from config.services import processes
from memory.models import Episode, Memory
from tests.chat.grown import Talk

LINES = 900
PATIENCE = 90
REDONE = 15  # seconds


def handed_out(talk):
    """As the beat does it; the task goes through the queue, whatever the settings of the tests say."""
    [until] = [until for talk_id, until in talks_to_remember() if talk_id == talk.id]
    app.send_task("chat.tasks.remember_talk", [str(talk.id), until.isoformat()])


def eventually(holds):
    assert processes.wait_until(holds, PATIENCE)


def kept(talk):
    return Episode.objects.filter(conversation=talk.id).count()


def test_what_a_killed_child_of_the_pool_was_at_is_done_within_fifteen_seconds(start_worker):
    talk = Talk()
    talk.play_on(f"We walk on, stage {number}." for number in range(LINES))
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now())
    worker = start_worker(QUEUE_TASKS=1, POOL="prefork")
    handed_out(talk)
    eventually(lambda: kept(talk) >= 100)
    [child] = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)
    assert kept(talk) <= LINES + 1
    done = processes.wait_until(lambda: Conversation.objects.get(pk=talk.id).remember_at is None, REDONE)
    assert done, worker.said()[-2000:]
    lines = Counter(Episode.objects.filter(conversation=talk.id).values_list("message_id", flat=True))
    assert len(lines) == LINES + 1
    assert set(lines.values()) == {1}
    assert "SIGKILL" in worker.said()


def test_a_worker_that_is_killed_loses_nothing_and_two_double_nothing(start_worker):
    talk = Talk()
    facts = [f"My sister is called {name}." for name in ("Nora", "Ada", "Mia")]
    talk.play_on(
        facts[number // 300] if number % 300 == 0 else f"We walk on, stage {number}." for number in range(LINES)
    )
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now())
    worker = start_worker(QUEUE_TASKS=1)
    handed_out(talk)
    eventually(lambda: kept(talk) >= 100)
    worker.kill()
    assert kept(talk) <= LINES + 1
    # Three minutes later, to two workers at once, twice each.
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now() - TRY_AGAIN)
    start_worker(QUEUE_TASKS=1), start_worker(QUEUE_TASKS=1)
    handed_out(talk)
    until = Conversation.objects.get(pk=talk.id).remember_at
    for _ in range(3):
        app.send_task("chat.tasks.remember_talk", [str(talk.id), until.isoformat()])
    eventually(lambda: Conversation.objects.get(pk=talk.id).remember_at is None)
    eventually(lambda: not Episode.objects.filter(conversation=talk.id, read_at=None).exists())
    lines = Counter(Episode.objects.filter(conversation=talk.id).values_list("message_id", flat=True))
    assert len(lines) == LINES + 1
    assert set(lines.values()) == {1}
    names = Memory.objects.filter(pair__owner=talk.owner, kind="about_player").order_by("said_at")
    assert list(names.values_list("state", flat=True)) == ["superseded", "superseded", "active"]
