"""What all processes of a site share: queues, Redis, months ahead, disks, caps. Each of them tells the same."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from amqp import AMQPError
from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from accounts import redisplace
from accounts.cluster.wellbeing import wellbeing
from accounts.replica import ALIAS, LOST
from accounts.replicalag import FollowsNobody, lag
from accounts.spending import caps
from chat.models import partitions
from config.observability.cluster import told_of

log = structlog.get_logger(__name__)
AWAY = (RedisError, DatabaseError, *LOST, FollowsNobody, OSError, AMQPError)


class Site(Collector):
    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("dramatis_service_up", "Whether it answers this process.", labels=["service"])
        looks = {"redis": _redis, "database": _database}
        if settings.REDIS_CLUSTER_URL:
            looks["cluster"] = _cluster
        else:
            yield from told_of(None)
        if ALIAS in settings.DATABASES:
            looks["replica"] = _replica
        else:
            yield _lag_of(None)
        if not settings.BROKER_IS_REDIS:
            looks["broker"] = queues_elsewhere
        for service, look in looks.items():
            found = _found(service, look)
            up.add_metric([service], found is not None)
            yield from found or ()
        yield up
        yield from _disks()


def _found(service: str, look: Callable[[], Iterator[Metric]]) -> list[Metric] | None:
    try:
        return list(look())
    except AWAY as error:
        log.warning("not_measured", service=service, error=type(error).__name__)
        return None


def _redis() -> Iterator[Metric]:
    asked: Any = redisplace.shared(settings.REDIS_URL)
    info = asked.info()
    yield GaugeMetricFamily("dramatis_redis_memory_bytes", "What Redis holds.", value=info["used_memory"])
    yield GaugeMetricFamily("dramatis_redis_memory_most_bytes", "0: no bound.", value=info.get("maxmemory", 0))
    yield CounterMetricFamily("dramatis_redis_evicted_keys", "Keys thrown out for room.", value=info["evicted_keys"])
    if settings.BROKER_IS_REDIS:
        yield from _queues(asked)
    yield from _caps(asked)


def _cluster() -> Iterator[Metric]:
    return told_of(wellbeing(settings.REDIS_CLUSTER_URL))


def _queues(asked: Any) -> Iterator[Metric]:
    prefix = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"])
    depth = GaugeMetricFamily("dramatis_queue_depth", "Tasks that wait.", labels=["queue"])
    age = GaugeMetricFamily("dramatis_queue_age_seconds", "How long the oldest has waited.", labels=["queue"])
    for queue in settings.CELERY_TASK_QUEUES:
        depth.add_metric([queue.name], asked.llen(prefix + queue.name))
        age.add_metric([queue.name], _age(asked.lindex(prefix + queue.name, -1)))
    yield from (depth, age)


def queues_elsewhere() -> Iterator[Metric]:
    """Of a broker that tells how many wait, and not for how long."""
    depth = GaugeMetricFamily("dramatis_queue_depth", "Tasks that wait.", labels=["queue"])
    with current_app.connection_for_read(connect_timeout=2) as line:
        line.connect()
        for queue in settings.CELERY_TASK_QUEUES:
            with line.channel() as channel:
                try:
                    found = channel.queue_declare(queue.name, passive=True)
                except line.channel_errors:
                    continue  # no worker has made it yet
                depth.add_metric([queue.name], found.message_count)
    yield depth


def _age(oldest: bytes | None) -> float:
    """By the stamp that `tasks.py` puts on what is sent."""
    sent = json.loads(oldest)["headers"].get("sent_at") if oldest else None
    return max(0.0, time.time() - sent) if sent else 0.0


def _caps(asked: Any) -> Iterator[Metric]:
    """Of what everybody together may use."""
    used = GaugeMetricFamily(
        "dramatis_cap_used_ratio", "How much of a cap for everybody is used.", labels=["span", "measure", "currency"]
    )
    for limit, counter in caps.current().on(user_id=None, plan="", day=datetime.now(UTC).date()):
        share = int(asked.hget(counter.key, limit.field) or 0) / limit.most if limit.most else 1.0
        used.add_metric([limit.span, limit.measure, limit.currency], share)
    yield used


def _database() -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "dramatis_partition_months_ahead", "Months that messages have room for.", value=partitions.months_ahead()
    )


def _replica() -> Iterator[Metric]:
    yield _lag_of(lag.seconds())


def _lag_of(seconds: float | None) -> Metric:
    return GaugeMetricFamily(
        "dramatis_replica_lag_seconds", "How far the copy of the database is behind.", value=seconds
    )


def _disks() -> Iterator[Metric]:
    free = GaugeMetricFamily("dramatis_disk_free_bytes", "Room on the disk of a folder.", labels=["folder"])
    size = GaugeMetricFamily("dramatis_disk_size_bytes", "Size of the disk of a folder.", labels=["folder"])
    for name, folder in (("var", settings.VAR_DIR), ("backups", settings.BACKUP_DIR)):
        if folder and Path(folder).is_dir():
            found = shutil.disk_usage(folder)
            free.add_metric([name], found.free)
            size.add_metric([name], found.total)
    yield from (free, size)
