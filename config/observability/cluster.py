"""A Redis Cluster, where REDIS_CLUSTER_URL names one. Without it only the names are told."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from accounts.cluster.wellbeing import Wellbeing


def told_of(found: Wellbeing | None) -> Iterator[Metric]:
    whole = found.away if found else None, found.unled if found else None
    yield GaugeMetricFamily("dramatis_cluster_nodes_away", "Nodes that lead and do not answer.", value=whole[0])
    yield GaugeMetricFamily("dramatis_cluster_slots_unled", "Slots that no node leads.", value=whole[1])
    held = GaugeMetricFamily("dramatis_cluster_memory_bytes", "What a node that leads holds.", labels=["node"])
    most = GaugeMetricFamily("dramatis_cluster_memory_most_bytes", "0: no bound.", labels=["node"])
    thrown = CounterMetricFamily("dramatis_cluster_evicted_keys", "Keys thrown out for room.", labels=["node"])
    for node, info in found.nodes.items() if found else ():
        if info is not None:
            held.add_metric([node], info["used_memory"])
            most.add_metric([node], info.get("maxmemory", 0))
            thrown.add_metric([node], info["evicted_keys"])
    yield from (held, most, thrown)
