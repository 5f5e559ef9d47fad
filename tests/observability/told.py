"""What a process tells of itself, read as Prometheus does."""

import http.client

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from config.observability.here import Here
from config.observability.site import Site

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]
SUFFIXES = {"counter": ("_total", "_created"), "histogram": ("_bucket", "_sum", "_count", "_created"), "gauge": ("",)}


def ask(port: int, path: str, token: str = "", method: str = "GET", **headers: str) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request(method, path, headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}))
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def numbers(text: str) -> Numbers:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def numbers_of(port: int, token: str = "") -> Numbers:
    status, text = ask(port, "/metrics", token)
    assert status == 200
    return numbers(text)


def value(found: Numbers, name: str, **labels: str) -> float:
    """0 where nothing was counted yet."""
    return found.get((name, frozenset(labels.items())), 0.0)


def families() -> dict[str, str]:
    """Name of each metric of ours -> its kind, whether or not it was counted."""
    looked_up = CollectorRegistry()
    looked_up.register(Here())
    looked_up.register(Site())
    found = [*REGISTRY.collect(), *looked_up.collect()]
    return {family.name: family.type for family in found}


def series() -> set[str]:
    """All that a rule or a panel may name."""
    return {name + suffix for name, kind in families().items() for suffix in SUFFIXES.get(kind, ("",))}
