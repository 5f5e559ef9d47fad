"""The numbers of one process, as Prometheus reads them."""

from collections.abc import Mapping

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as KIND

from chat.database import in_thread
from config.observability.here import Here
from config.observability.site import Site

__all__ = ["KIND", "of_this_process"]

_looked_up = CollectorRegistry()
_looked_up.register(Here())
_looked_up.register(Site())
# Looking asks the database and Redis: in a thread, so that no stream waits.
_written = in_thread(lambda: generate_latest(REGISTRY) + generate_latest(_looked_up))


async def of_this_process(_query: Mapping[str, list[str]]) -> bytes:
    return await _written()
