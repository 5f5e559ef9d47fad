"""A Redis that leads, one that follows, and three sentinels that let it take over."""

import time
from urllib.parse import urlencode

from tests.nodes import redises

NAME = "dramatis"


class Sentinels:
    def __init__(self) -> None:
        self.first = redises.Server("appendonly no")
        self.second = redises.Server("appendonly no")
        self.second.follow(self.first.port)
        watch = (
            f"sentinel monitor {NAME} 127.0.0.1 {self.first.port} 2",
            f"sentinel auth-pass {NAME} {redises.PASSWORD}",
            f"sentinel down-after-milliseconds {NAME} 500",
            f"sentinel failover-timeout {NAME} 3000",
        )
        self.sentinels = [redises.Server(*watch, sentinel=True) for _number in range(3)]
        self.wait_until(lambda: all(self._knows(each.line.sentinel_master(NAME)) for each in self.sentinels))

    @property
    def url(self) -> str:
        places = ",".join(each.address for each in self.sentinels)
        return f"redis+sentinel://:{redises.PASSWORD}@{places}/0?{urlencode({'master': NAME})}"

    def kill_the_first(self) -> None:
        self.first.kill()

    def wait_for_the_second(self) -> None:
        self.wait_until(lambda: self.second.line.info("replication")["role"] == "master")

    def stop(self) -> None:
        for each in (*self.sentinels, self.second, self.first):
            each.stop()

    @staticmethod
    def wait_until(holds, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "the sentinels do not agree"
            time.sleep(0.05)

    @staticmethod
    def _knows(told) -> bool:
        return told["num-slaves"] == 1 and told["num-other-sentinels"] == 2
