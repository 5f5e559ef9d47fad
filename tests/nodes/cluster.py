"""Three Redis that share the slots between them, and one that may take the place of the first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis
from redis.crc import key_slot

from config.services import processes
from tests.nodes import redises

SLOTS = 16_384
ALONE_GOES_ON = (
    "cluster-enabled yes",
    "cluster-require-full-coverage no",
    "cluster-node-timeout 2000",
    "appendonly no",
)


class Cluster:
    def __init__(self) -> None:
        self.leaders = [redises.Server(*ALONE_GOES_ON) for _number in range(3)]
        self.copy = redises.Server(*ALONE_GOES_ON)
        first = self.leaders[0]
        for number, server in enumerate(self.leaders):
            server.line.cluster("ADDSLOTS", *self._slots(number))
            server.line.cluster("SET-CONFIG-EPOCH", number + 1)
        self.wait_until(self._have_met)
        self.copy.line.cluster("REPLICATE", first.line.cluster("MYID"))
        self.wait_until(lambda: self.copy.line.info("replication").get("master_link_status") == "up")

    @property
    def url(self) -> str:
        return f"redis+cluster://:{redises.PASSWORD}@{','.join(each.address for each in self.leaders)}"

    def place_of(self, key: str) -> int:
        """Which of the three has it."""
        return next(number for number in range(3) if key_slot(key.encode()) in self._slots(number))

    @contextmanager
    def moving(self, key: str, source: int, target: int) -> Iterator[Callable[[], None]]:
        """The slot of a key is on its way; call what is given to bring what lies there, and end it."""
        slot, here, there = key_slot(key.encode()), self.leaders[source], self.leaders[target]
        names = [each.line.cluster("MYID") for each in (here, there)]
        there.line.cluster("SETSLOT", slot, "IMPORTING", names[0])
        here.line.cluster("SETSLOT", slot, "MIGRATING", names[1])

        def arrive() -> None:
            keys = here.line.cluster("GETKEYSINSLOT", slot, 100)
            here.line.migrate("127.0.0.1", there.port, keys, 0, 5000, auth=redises.PASSWORD)
            for each in (there, here, self.leaders[3 - source - target]):
                each.line.cluster("SETSLOT", slot, "NODE", names[1])

        yield arrive

    def wait_for_the_copy(self) -> None:
        self.wait_until(lambda: self.copy.line.info("replication")["role"] == "master")

    def stop(self) -> None:
        for each in (self.copy, *self.leaders):
            each.stop()

    def _have_met(self) -> bool:
        """A handshake that took too long is forgotten: then they shake hands again."""
        everybody = (*self.leaders, self.copy)
        if all(self._knows_all(each) for each in everybody):
            return True
        for each in everybody[1:]:
            if each.line.cluster("INFO")["cluster_known_nodes"] == "1":
                each.line.cluster("MEET", "127.0.0.1", self.leaders[0].port)
        return False

    @staticmethod
    def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
        assert processes.wait_until(holds, seconds), "the nodes do not agree"

    @staticmethod
    def _slots(number: int) -> range:
        return range(SLOTS * number // 3, SLOTS * (number + 1) // 3)

    @staticmethod
    def _knows_all(server: redises.Server) -> bool:
        try:
            told = server.line.cluster("INFO")
        except redis.RedisError:
            return False
        return (told["cluster_state"], told["cluster_known_nodes"], told["cluster_slots_ok"]) == ("ok", "4", str(SLOTS))
