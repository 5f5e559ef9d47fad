"""Django's cache in a Redis Cluster: what takes several keys takes them one by one, for they lie on several nodes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from accounts.cluster import threaded

AT_ONCE = 1_000


class ClusterCacheClient(RedisCacheClient):
    _servers: list[str]
    _serializer: Any

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return threaded.shared(self._servers[0])

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        found = {key: self.get_client().get(key) for key in keys}
        return {key: self._serializer.loads(value) for key, value in found.items() if value is not None}

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> None:
        for key, value in data.items():
            self.set(key, value, timeout)

    def delete_many(self, keys: Iterable[Any]) -> None:
        for key in keys:
            self.delete(key)


class ClusterCache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ClusterCacheClient

    def clear(self) -> None:
        """All versions of what is cached, and none of the running texts that lie beside it."""
        cluster: Any = self._cache.get_client()
        for node in cluster.leaders():
            for key in cluster.client(node).scan_iter(f"{self.key_prefix}:*", count=AT_ONCE):
                cluster.unlink(key)
