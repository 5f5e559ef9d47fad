"""What this process has at the moment: read when somebody asks, kept up by nobody."""

from collections.abc import Iterator
from typing import Any

from django.db import connections
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.limits import load
from accounts.scripts import connections_idle
from chat.database import open_pools
from chat.live.node import running_turns
from chat.live.sockets import sockets
from chat.live.tally import tally
from inference.line import longest_wait
from voice.hearing.door import counted


class Here(Collector):
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("dramatis_sockets_open", "Sockets of people.", value=sockets.count())
        yield GaugeMetricFamily("dramatis_turns_running", "Replies under way.", value=running_turns())
        frames = CounterMetricFamily("dramatis_frames", "Frames of sockets.", labels=["direction"])
        frames.add_metric(["in"], tally.received)
        frames.add_metric(["out"], tally.sent)
        yield frames
        yield CounterMetricFamily(
            "dramatis_sockets_given_up", "Sockets closed because nobody read them.", value=tally.given_up
        )
        yield GaugeMetricFamily(
            "dramatis_loop_lag_seconds", "How much too late the event loop wakes.", value=load.here.lag
        )
        yield GaugeMetricFamily(
            "dramatis_model_line_seconds", "The longest wait before a model at the moment.", value=longest_wait()
        )
        yield from _audio()
        yield from _pools()
        yield GaugeMetricFamily(
            "dramatis_redis_connections_idle", "Connections for scripts that nobody uses.", value=connections_idle()
        )


def _audio() -> Iterator[Metric]:
    """What the audio worker of this process does."""
    done = counted()
    yield GaugeMetricFamily("dramatis_audio_open", "Recordings under way.", value=done.open)
    yield CounterMetricFamily("dramatis_audio_starts", "Starts of the audio worker.", value=done.starts)
    yield CounterMetricFamily("dramatis_audio_seconds", "Seconds of sound that were heard.", value=done.seconds)
    yield CounterMetricFamily("dramatis_audio_busy_seconds", "Seconds that its pieces took.", value=done.busy)
    yield CounterMetricFamily("dramatis_audio_bytes", "Bytes of recordings.", value=done.bytes)
    counts = CounterMetricFamily("dramatis_audio", "What went through the audio worker.", labels=["what"])
    for what in ("recordings", "pieces", "phrases", "refused", "killed", "packed"):
        counts.add_metric([what], getattr(done, what))
    yield counts


def _pools() -> Iterator[Metric]:
    found = [("turns", pool) for pool in open_pools()]
    found += [("django", pool) for pool in getattr(connections["default"], "_connection_pools", {}).values()]
    open_ = GaugeMetricFamily("dramatis_database_connections", "Connections of a pool.", labels=["pool", "state"])
    waiting = GaugeMetricFamily("dramatis_database_waiting", "Who waits for a connection.", labels=["pool"])
    most = GaugeMetricFamily("dramatis_database_connections_most", "As many as a pool may have.", labels=["pool"])
    for name, pool in found:
        stats: dict[str, Any] = pool.get_stats()
        free = stats.get("pool_available", 0)
        open_.add_metric([name, "idle"], free)
        open_.add_metric([name, "used"], stats.get("pool_size", 0) - free)
        waiting.add_metric([name], stats.get("requests_waiting", 0))
        most.add_metric([name], stats.get("pool_max", 0))
    yield from (open_, waiting, most)
