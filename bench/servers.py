"""The programs that are measured, each a fresh process on a core of its own; everything else shares the other."""

import http.client
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.installed import python_of_a_site
from config.run.child import Child
from config.services import ports
from config.variables import VARIABLES

START_SECONDS = 60
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHER_CORE = CORES[0], CORES[-1]
PYTHON = sys.executable
UVICORN = [PYTHON, "-m", "uvicorn", "--log-level", "warning", "--no-access-log"]


def pinned(core: int) -> None:
    """This process, and all that it starts, on one core."""
    os.sched_setaffinity(0, {core})


def preferred(pid: int) -> None:
    """Before other programs of a machine that is not ours alone; Linux weighs whole sessions against each other.

    Only for the measured server: preferring the load as well would starve Postgres, whose every backend is a session.
    """
    os.setpriority(os.PRIO_PROCESS, pid, -10)
    session = Path(f"/proc/{pid}/autogroup")
    if session.exists():
        session.write_text("-10")


class Server:
    def __init__(self, name: str, child: Child, port: int) -> None:
        self.name, self.child, self.port = name, child, port

    @property
    def pid(self) -> int:
        return self.child.pid

    def memory(self) -> int:
        """KiB in RAM."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def wait(self, path: str) -> None:
        end = time.monotonic() + START_SECONDS
        while self.child.alive and time.monotonic() < end:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                connection.getresponse()
                return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit(f"{self.name} did not start:\n{self.child.said()}")


# A process knows who else is there once it has seen a whole lease pass (LEASE_SECONDS, renewed four times): too little
# of its life to be measured by.
SETTLED = float(os.environ.get("LEASE_SECONDS") or VARIABLES["LEASE_SECONDS"].default or 0) * 1.3


class Stage:
    """Knows the services and the upstream, and starts servers that use them. The product has what a site installs."""

    def __init__(self, services: Mapping[str, str], logs: Path, *, extras: tuple[str, ...] = ()) -> None:
        self.logs = logs
        self.site = str(python_of_a_site(logs / "site", extras))
        self.upstream_port = ports.free_port()
        self.environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")} | {
            **services,
            "UPSTREAM": f"http://127.0.0.1:{self.upstream_port}/v1",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "false",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": str(logs),
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.upstream_port}/v1",
            "OPENAI_API_KEY": "x",
            "CHAT_MODEL": "sim-ttft0-tps0-n120",
            "CHAT_MODELS": "*",
            # Simulated replies say the same words again and again: a second try of each would measure that.
            "RETRY_REPLIES": "false",
        }

    @contextmanager
    def server(self, name: str, command: list[str], *, core: int, path: str, **environ: str) -> Iterator[Server]:
        port = ports.free_port()
        if name == "upstream":
            port = self.upstream_port
        child = Child(
            name,
            [part.replace("PORT", str(port)) for part in command],
            environ=self.environ | environ,
            log=self.logs / f"{name}.log",
        )
        os.sched_setaffinity(child.pid, {core})
        if os.environ.get("BENCH_FIRST") and core == SERVER_CORE:
            preferred(child.pid)
        server = Server(name, child, port)
        try:
            server.wait(path)
            yield server
        finally:
            child.terminate(30)

    @contextmanager
    def upstream(self) -> Iterator[Server]:
        command = [PYTHON, "-m", "bench.upstream", "--port", "PORT"]
        with self.server("upstream", command, core=OTHER_CORE, path="/stats") as server:
            yield server

    @contextmanager
    def product(self, *, core: int = SERVER_CORE, **environ: str) -> Iterator[Server]:
        command = [self.site, "-m", "config.server", "--port", "PORT"]
        with self.server("product", command, core=core, path="/healthz", **environ) as server:
            time.sleep(SETTLED)
            yield server

    @contextmanager
    def core(self) -> Iterator[Server]:
        """The product without filters and recall: what saying and hearing alone cost."""
        with self.product(FILTERS="false", MEMORY="off", MEMORY_OF_GUESTS="off") as server:
            yield server

    @contextmanager
    def product_of(self, tree: Path, name: str, **environ: str) -> Iterator[Server]:
        """As it stands in another folder, and without waiting until it is settled."""
        command = ["env", "-C", str(tree), self.site, "-m", "config.server", "--port", "PORT"]
        with self.server(name, command, core=SERVER_CORE, path="/healthz", **environ) as server:
            yield server

    @contextmanager
    def second(self) -> Iterator[Server]:
        """Another process of the product, beside the generator."""
        command = [self.site, "-m", "config.server", "--port", "PORT"]
        with self.server("second", command, core=OTHER_CORE, path="/healthz") as server:
            yield server

    @contextmanager
    def tutorial(self) -> Iterator[Server]:
        command = [*UVICORN, "--port", "PORT", "bench.tutorial:app"]
        with self.server("tutorial", command, core=SERVER_CORE, path="/openapi.json") as server:
            yield server

    @contextmanager
    def floor(self) -> Iterator[Server]:
        command = [PYTHON, "-m", "bench.floor", "PORT"]
        with self.server("floor", command, core=SERVER_CORE, path="/") as server:
            yield server

    @contextmanager
    def bare(self) -> Iterator[Server]:
        command = [*UVICORN, "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--lifespan", "off"]
        command += ["--port", "PORT", "bench.bare:app"]
        with self.server("bare", command, core=SERVER_CORE, path="/") as server:
            yield server


@contextmanager
def scratch_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dramatis-bench-") as folder:
        yield Path(folder)
