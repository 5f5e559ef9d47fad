"""The product's beat at a fast clock: `celery -A tests.nodes.fast_clock beat`.

All tasks of its table are due each second; when each was sent is written into the list `FAST_CLOCK` of Redis, and no
worker ever sees it.
"""

import json
import os
import time
from typing import Any

import redis
from celery.schedules import schedule
from celery.signals import before_task_publish
from django.conf import settings

from config.celery import app

SECOND = 1.0
QUEUE = os.environ["FAST_CLOCK"]
line = redis.Redis.from_url(settings.REDIS_URL)
app.conf.beat_schedule = {
    name: {"task": entry["task"], "schedule": schedule(SECOND), "options": {"queue": QUEUE, "expires": 600}}
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
}


@before_task_publish.connect
def write_down(sender: str, **_: Any) -> None:
    line.rpush(f"{QUEUE}-sent", json.dumps([sender, time.time(), os.getpid()]))
