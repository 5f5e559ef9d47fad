"""F4: two beats at a fast clock. One sends; when it dies the other one does; whoever comes back waits for its turn."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import redis
from celery.schedules import crontab
from django.conf import settings
from django.db import connections

from accounts.ids import uuid7
from config.beat import WAITING, OneOfMany, Place
from config.celery import app
from config.services import processes
from operations.backups.taking import all_backups
from operations.tasks import back_up
from tests import numbers
from tests.nodes.site import Beat
from tests.stack import Service

SECOND = 1.0  # of the fast clock
SLACK = 5.0  # of a busy machine
Sent = tuple[str, float, int]  # task, when, which process


class FastBeat(Beat):
    name = "fast-beat"

    def command(self) -> list[str]:
        schedule = ["--pidfile=", f"--schedule={self.log}.schedule"]
        return [sys.executable, "-m", "celery", "-A", "tests.nodes.fast_clock", "beat", "--loglevel=INFO", *schedule]


class Clock:
    """Two beats, and all that they have sent."""

    def __init__(self) -> None:
        self.key = f"fast-{uuid7()}"
        self.line = redis.Redis.from_url(settings.REDIS_URL)
        self.beats = [FastBeat(FAST_CLOCK=self.key, QUEUE_TASKS=1) for _number in range(2)]

    def sent(self) -> list[Sent]:
        return sorted(
            (tuple(json.loads(row)) for row in self.line.lrange(f"{self.key}-sent", 0, -1)), key=lambda s: s[1]
        )

    def more(self, seconds: float) -> list[Sent]:
        """What is sent from now on, until that of so many seconds is there."""
        begun = time.time()
        assert processes.wait_until(lambda: any(when > begun + seconds for _t, when, _p in self.sent()), seconds + 30)
        return [each for each in self.sent() if each[1] > begun]

    def one_by_pid(self, pid: int) -> Beat:
        return next(beat for beat in self.beats if beat.pid == pid)

    def end(self) -> None:
        for beat in self.beats:
            beat.kill()
        self.line.delete(f"{self.key}-sent", f"celery:{self.key}")


@pytest.fixture
def clock(committed: None) -> Iterator[Clock]:
    clock = Clock()
    try:
        yield clock
    finally:
        clock.end()


def assert_once_a_slot(sent: list[Sent], *, longest: float) -> None:
    """No task twice within a second of the fast clock, and none left out for longer than it takes to step in."""
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {task for task, _when, _pid in sent} == names
    for name in names:
        moments = [when for task, when, _pid in sent if task == name]
        gaps = [after - before for before, after in pairwise(moments)]
        assert min(gaps) > 0.3 * SECOND, f"{name} was sent twice within {min(gaps):.2f} s"
        assert max(gaps) < longest, f"{name} was not sent for {max(gaps):.1f} s"


@pytest.mark.timeout(900)
def test_of_two_beats_one_sends_and_the_other_one_takes_its_place(clock: Clock) -> None:
    seconds = numbers.times("seconds of two beats")
    for beat in clock.beats:
        beat.start()
    [first] = {pid for _task, _when, pid in clock.more(seconds / 2)}
    died = clock.one_by_pid(first)
    died.kill()
    killed = time.time()
    [second] = {pid for _task, _when, pid in clock.more(seconds / 4)}
    assert second != first
    took = next(when for _task, when, pid in clock.sent() if pid == second) - killed
    assert took < WAITING + 2 * SECOND + SLACK
    died.start()
    assert {pid for _task, _when, pid in clock.more(seconds / 4)} == {second}
    assert_once_a_slot(clock.sent(), longest=WAITING + 2 * SECOND + SLACK)
    print(f"{len(clock.sent())} tasks in {seconds} s, the place was taken after {took:.1f} s")


def test_without_postgres_no_beat_sends_and_afterwards_one_does(clock: Clock, postgres_service: Service) -> None:
    for beat in clock.beats:
        beat.start()
    clock.more(2)
    postgres_service.kill()
    try:
        assert processes.wait_until(lambda: all("waits for Postgres" in beat.said() for beat in clock.beats), 30)
        away = len(clock.sent())
        assert not processes.wait_until(lambda: len(clock.sent()) > away, 3 * SECOND)
    finally:
        postgres_service.restart()
    assert len({pid for _task, _when, pid in clock.more(3)}) == 1


def test_who_waits_sends_what_fell_due_while_the_other_one_was_gone(committed: None, tmp_path: Path) -> None:
    holder = Place()
    assert holder.mine()
    waits = OneOfMany(app, lazy=True, schedule_filename=str(tmp_path / "beat"))
    waits.setup_schedule()
    try:
        assert waits.tick() == WAITING
        now = app.now()
        old = {name: now - entry.last_run_at for name, entry in waits.schedule.items()}
        hours = {name for name, entry in waits.schedule.items() if isinstance(entry.schedule, crontab)}
        assert all(timedelta(seconds=30) < old[name] < timedelta(minutes=2) for name in hours)
        assert all(old[name] < timedelta(seconds=30) for name in old.keys() - hours)
    finally:
        holder.leave()
        waits.close()


@pytest.mark.parametrize(("direct", "said"), [(None, True), ({"HOST": "one"}, False)])
def test_a_beat_behind_a_pooler_says_that_it_must_be_alone(
    direct: dict[str, str] | None, said: bool, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DATABASE_POOLED, settings.DATABASE_DIRECT = True, direct
    OneOfMany(app, lazy=True)
    assert ("must be the only one" in caplog.text) is said


def test_two_at_once_take_one_backup(committed: None, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.BACKUP_KEYS = str(tmp_path), {"k1": bytes(32)}
    both, failures = Barrier(2), list[BaseException]()

    def take() -> None:
        both.wait()
        try:
            back_up()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=take) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    back_up()  # and once more, as a beat that took the place a moment ago would ask for it
    assert not failures
    assert len(all_backups()) == 1
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".unfinished")]
