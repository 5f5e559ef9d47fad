"""More Redis than the one that every test process has: copies that follow it, sentinels that watch."""

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import redis

from config.services import place, ports, processes
from config.services.place import Identity

PASSWORD = "of-the-tests"
# A node of a Redis Cluster talks to the others on a second port, so far above the first (cluster-spec, "Cluster bus").
_BUS = 10_000


def port_with_bus() -> int:
    """Both below the range of outgoing connections: one of those would hold the bus, and the node would not start."""
    for _ in range(200):
        port = ports.free_port() - _BUS
        if port < ports.FIRST and ports.is_free(port):  # beyond, others are given theirs
            return port
    raise AssertionError("no port with a free bus")


class Server:
    """One `redis-server` on loopback. `settings`: lines of its file, in order; a name may come more than once."""

    def __init__(self, *settings: str, password: str = PASSWORD, sentinel: bool = False) -> None:
        self.port, self.password = port_with_bus(), password
        self.folder = Path(tempfile.mkdtemp(prefix="dramatis-redis-"))
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", f"logfile {self.folder / 'log'}"]
        if not sentinel:
            lines += [f"requirepass {password}", f"masterauth {password}", 'save ""', "repl-diskless-sync-delay 0"]
        (self.folder / "conf").write_text("\n".join([*lines, *settings, ""]))
        command = [str(place.redis_binary(Identity.current())), str(self.folder / "conf")]
        self.process = subprocess.Popen([*command, *(["--sentinel"] if sentinel else [])])
        self.line: Any = redis.Redis(port=self.port, password=None if sentinel else password, decode_responses=True)
        assert processes.wait_until(self._answers, 10), (self.folder / "log").read_text()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def follow(self, port: int) -> None:
        """Until it has all that the other one has."""
        self.line.replicaof("127.0.0.1", port)
        end = time.monotonic() + 10
        while self.line.info("replication").get("master_link_status") != "up":
            assert time.monotonic() < end, "it does not follow"
            time.sleep(0.02)

    def take_over(self) -> None:
        self.line.replicaof("NO", "ONE")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """Its lines stay open, and it says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self.line.close()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            return bool(self.line.ping())
        except redis.RedisError:
            return False
