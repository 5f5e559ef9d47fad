"""A site on several machines, as far as one machine can be several: web nodes with addresses of their own, workers and
a beat, each with its own line to Redis, and nginx in front, which sends every line to the next node.
"""

import asyncio
import os
import ssl
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from tests.deploy.proxy import HOST, Proxy
from tests.nodes.gate import Gate
from tests.stack import Process, Server, Worker

T = TypeVar("T")
STICKY = "hash $dramatis_key consistent;"


class RoundRobin(Proxy):
    """As a site runs it, but that no talk stays with a process: each line goes to the next one."""

    def _write(self, upstreams: Sequence[Any]) -> None:
        super()._write(upstreams)
        path = self.folder / "dramatis.conf"
        whole = path.read_text()
        assert STICKY in whole, "the template sends talks to processes in another way"
        path.write_text(whole.replace(STICKY, ""))


class Node(Server):
    """A web process on an address of its own."""

    name = "node"

    def __init__(self, host: str, **environ: Any) -> None:
        self.host = host
        super().__init__(**environ)

    def command(self) -> list[str]:
        return [*super().command(), "--host", self.host]

    def launch(self, environ: dict[str, str]) -> Any:
        """A program of its own, as on a machine of its own: several start at once, by settings of a real site."""
        return Process.launch(self, environ)


class Hand(Worker):
    """A worker that can be started again: it is ready when it says so anew."""

    before = 0

    def start(self) -> "Process":
        self.before = len(self.said())
        return super().start()

    def answers(self) -> bool:
        return "ready." in self.said()[self.before :]


class Beat(Hand):
    name = "beat"

    def command(self) -> list[str]:
        schedule = ["--pidfile=", f"--schedule={self.log}.schedule"]
        return [sys.executable, "-m", "celery", "-A", "config.celery", "beat", "--loglevel=INFO", *schedule]

    def answers(self) -> bool:
        return "beat: Starting" in self.said()[self.before :]


class Site:
    """`nodes`, `hands` and `beats` run until `stop`; `gates[process]` is a process's line to Redis."""

    def __init__(self, program: str, folder: Path, *, nodes: int, beats: int = 0) -> None:
        # A child ends with the thread that started it: these live as long as the site.
        self._keepers = ThreadPoolExecutor(nodes + 3)
        self.redis_url = os.environ["REDIS_URL"]
        self.gates: dict[Process, Gate] = {}
        self.nodes = [self._wired(Node, f"127.0.0.{number + 2}") for number in range(nodes)]
        self.hands = [self._wired(Hand) for _number in range(2)]
        self.beats = [self._wired(Beat) for _number in range(beats)]
        self.proxy = RoundRobin(program, folder, [f"{node.host}:{node.port}" for node in self.nodes])

    @property
    def processes(self) -> list[Process]:
        return [*self.nodes, *self.hands, *self.beats]

    @property
    def origin(self) -> str:
        return self.proxy.origin

    @property
    def trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.proxy.certificate))
        context.check_hostname = False
        return context

    def start(self) -> "Site":
        """Whatever is not there, because an earlier test ended it or cut it off."""
        for gate in self.gates.values():
            gate.open()
        missing = [process for process in self.processes if not process.alive]
        for started in [self._keepers.submit(process.start) for process in missing]:
            started.result()
        if self.proxy.process is None:
            self.proxy.start()
        return self

    async def do(self, work: Callable[[], T]) -> T:
        """Start, stop or kill one of the processes, while others are talked to."""
        return await asyncio.get_running_loop().run_in_executor(self._keepers, work)

    def lead(self, port: int) -> None:
        """Redis is elsewhere from now on."""
        for gate in self.gates.values():
            gate.lead(port)

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
        self.proxy.stop()
        for gate in self.gates.values():
            gate.close()
        self._keepers.shutdown()

    def _wired(self, kind: Callable[..., Any], *arguments: Any) -> Any:
        url = urlsplit(self.redis_url)
        gate = Gate(url.port or 6379)
        own = f"{url.netloc.rpartition('@')[0]}@127.0.0.1:{gate.port}"
        process = kind(*arguments, **REAL, REDIS_URL=urlunsplit(url._replace(netloc=own)))
        self.gates[process] = gate
        return process


REAL = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "ALLOWED_HOSTS": ",".join([HOST, *(f"127.0.0.{number}" for number in range(2, 9))]),
    "TRUSTED_PROXY_COUNT": 1,
    "LOG_LEVEL": "INFO",
    # Replies of players who do nothing but talk; what is remembered of them is other tests' matter.
    "DRAIN_SECONDS": 6,
}
