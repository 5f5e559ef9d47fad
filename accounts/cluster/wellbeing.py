"""How the nodes of a Redis Cluster are that lead, as one process finds them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from accounts.cluster.place import bare
from accounts.cluster.threaded import Threaded, shared

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Wellbeing:
    """`nodes`: host and port of each that leads -> what it tells of itself (`INFO`); None: it does not answer."""

    nodes: dict[str, dict[str, Any] | None]
    unled: int  # slots

    @property
    def away(self) -> int:
        return list(self.nodes.values()).count(None)

    @property
    def problem(self) -> str | None:
        """In words that hold no address."""
        if self.away:
            return f"{self.away} of {len(self.nodes)} nodes that lead do not answer"
        return f"{self.unled} slots are led by nobody" if self.unled else None


def wellbeing(url: str) -> Wellbeing:
    """Within a second where one node is silent. Raises NobodyLeads where no node ever answered."""
    cluster = shared(url)
    leaders = cluster.leaders()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        told = threads.map(lambda node: _ask(cluster, node), leaders)
    return Wellbeing(dict(zip(map(bare, leaders), told, strict=True)), cluster.slots.unled)


def _ask(cluster: Threaded, node: str) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = cluster.looker(node).info()
    except (RedisError, OSError):
        return None
    return told
