"""A broker that is another than Redis is measured by itself: when it is away, nobody takes Redis for gone."""

from typing import Any

import pytest
from celery import Celery

from config.observability import site


@pytest.mark.django_db
def test_a_broker_that_is_away_leaves_the_numbers_of_redis(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BROKER_IS_REDIS = False
    monkeypatch.setattr(site, "current_app", Celery("of-the-test", broker="amqp://127.0.0.1:1//", set_as_current=False))
    metrics = {metric.name: metric for metric in site.Site().collect()}
    up = {sample.labels["service"]: sample.value for sample in metrics["dramatis_service_up"].samples}
    assert up == {"redis": 1, "database": 1, "broker": 0}
    assert "dramatis_redis_memory_bytes" in metrics
    assert "dramatis_queue_depth" not in metrics
