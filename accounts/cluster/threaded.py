"""A Redis Cluster for threads: the cache, and whoever looks at all nodes."""

import os
import threading
import time
from functools import cache
from typing import Any, Literal

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.commands import CoreCommands
from redis.event import EventDispatcher
from redis.exceptions import AskError, ConnectionError, RedisError  # noqa: A004
from redis.retry import Retry

from accounts import redisplace
from accounts.cluster.place import Place, place
from accounts.cluster.slots import Slots, Told, is_asking, slot_of
from accounts.cluster.waiting import AGAIN_SECONDS, GONE, LOOK_SECONDS, NobodyLeads

log = structlog.get_logger(__name__)
WAIT_SECONDS = 2


class Threaded(CoreCommands):
    """As `Router`, each command with its deadline of two seconds."""

    _is_async_client: Literal[False] = False  # by which redis-py's types tell what its methods return
    _event_dispatcher = EventDispatcher()  # its methods of commands ask for one

    def __init__(self, where: Place) -> None:
        self.slots = Slots(where)
        self._clients: dict[str, Redis] = {}
        self._lookers: dict[str, Redis] = {}
        self._looking = threading.Lock()
        self._looked = float("-inf")

    def execute_command(self, *args: Any, **options: Any) -> Any:
        slot = slot_of(args)
        node = self._leader(slot)
        try:
            return self.client(node).execute_command(*args, **options)
        except AskError as told:
            return self._follow(told, node, args, options)
        except GONE:
            self.look(gone=node)
            if (other := self.slots.leader(slot)) in (None, node):
                raise
        assert other is not None
        return self.client(other).execute_command(*args, **options)

    def client(self, node: str) -> Redis:
        return self._of(self._clients, node, WAIT_SECONDS)

    def looker(self, node: str) -> Redis:
        """One that does not wait long."""
        return self._of(self._lookers, node, LOOK_SECONDS)

    def leaders(self) -> list[str]:
        """As a node says at this moment. Raises NobodyLeads."""
        self.look(gone=None)
        return self.slots.leaders

    def look(self, *, gone: str | None) -> None:
        """Raises NobodyLeads where no node was ever reached."""
        with self._looking:
            if time.monotonic() - self._looked > AGAIN_SECONDS:
                asked = (self._ask(node) for node in self.slots.to_ask(last=gone))
                self.slots.learn(told for told in asked if told is not None)
                self._looked = time.monotonic()
        if not self.slots:
            raise NobodyLeads("no node answers")

    def _of(self, clients: dict[str, Redis], node: str, seconds: float) -> Redis:
        if (found := clients.get(node)) is None:
            found = clients.setdefault(node, _new(node, seconds))
            # Not closed under a thread that uses it: it closes with whoever holds it last.
            for other in [each for each in list(clients) if each != node and not self.slots.knows(each)]:
                clients.pop(other, None)
        return found

    def _leader(self, slot: int) -> str:
        if self.slots.leader(slot) is None:
            self.look(gone=None)
        if (node := self.slots.leader(slot)) is None:
            raise NobodyLeads(f"nobody leads slot {slot}")
        return node

    def _ask(self, node: str) -> Told | None:
        try:
            return self.slots.read(self.looker(node).execute_command("CLUSTER", "SLOTS"), asked=node)
        except (RedisError, OSError) as error:
            log.warning("cluster_asked_in_vain", error=type(error).__name__)
            return None

    def _follow(self, told: AskError, node: str, args: Any, options: Any) -> Any:
        other = self.client(self.slots.moved(told, by=node))
        if not is_asking(told):
            return other.execute_command(*args, **options)
        with other.pipeline(transaction=False) as pipe:
            pipe.execute_command("ASKING")
            pipe.execute_command(*args, **options)
            return pipe.execute()[1]


def _new(node: str, seconds: float) -> Redis:
    # On a new line: the old one may be of before the node was restarted. One that is silent is not asked twice.
    once_more = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
    return redisplace.client(node, socket_timeout=seconds, socket_connect_timeout=seconds, retry=once_more)


@cache
def shared(url: str) -> Threaded:
    """For all threads of this process; nobody is asked yet."""
    return Threaded(place(url))


# A child inherits the lock as it was, also while a thread that it does not have held it: it begins with one of its own.
os.register_at_fork(after_in_child=shared.cache_clear)
