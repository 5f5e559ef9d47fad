"""Real processes for the tests: the stand-in, ASGI servers, a worker, the services underneath."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit
from weakref import WeakSet

from django.conf import settings
from django.db import connection

from config.run.child import Child
from config.services import LocalServices, ports, processes
from tests.warm import WarmProcess

READY_SECONDS = 60


def stack_environ(**changes: Any) -> dict[str, str]:
    """What a process needs to work on this test worker's database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    return os.environ | {"DATABASE_URL": database} | {name: str(value) for name, value in changes.items()}


class Process:
    """A child with a port. `start` returns when it answers; the log is in `log`."""

    arguments: tuple[str, ...] = ()
    ready_path = "/"
    name = "process"
    host = "127.0.0.1"

    def __init__(self, port: int | None = None, **environ: Any) -> None:
        self.port = port or ports.free_port()
        self.environ = environ
        self.log = Path(settings.VAR_DIR, f"{self.name}-{self.port}.log")
        self.child: Child | None = None

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        assert self.child is not None, "not started"
        return self.child.pid

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.alive

    def command(self) -> list[str]:
        return [sys.executable, "-m", *self.arguments, "--port", str(self.port)]

    def start(self) -> "Process":
        self.child = self.launch(stack_environ(**self.environ) | {"PYTHONFAULTHANDLER": "1"})
        end = time.monotonic() + READY_SECONDS
        while not (self.child.alive and self.answers()):
            if not self.child.alive or time.monotonic() > end:
                self.child.kill()
                raise AssertionError(f"{self.name} did not start:\n{self.child.said(40)}")
            time.sleep(0.03)
        return self

    def launch(self, environ: dict[str, str]) -> Child:
        return Child(self.name, self.command(), environ=environ, log=self.log)

    def get_json(self, path: str) -> tuple[int, Any]:
        line = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, json.load(answer)
        finally:
            line.close()

    def answers(self) -> bool:
        line = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            line.request("GET", self.ready_path)
            return line.getresponse().status < 400
        except OSError:
            return False
        finally:
            line.close()

    def kill(self) -> None:
        """kill -9"""
        if self.child:
            self.child.kill()

    def terminate(self, seconds: float = 20) -> int | None:
        """SIGTERM; the exit code, or None when it had to be killed: then its log says where each thread stood."""
        if self.child is None:
            return None
        self.send_signal(signal.SIGTERM)
        try:
            self.child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send_signal(signal.SIGABRT)
            self.child.process.wait()
            return None
        return self.child.terminate(0)

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def restart(self) -> "Process":
        self.kill()
        return self.start()

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Server(Process):
    """One ASGI process of the product."""

    arguments = ("config.server",)
    ready_path = "/readyz"
    name = "server"
    everyone: ClassVar["WeakSet[Server]"] = WeakSet()
    warm = WarmProcess()

    def __init__(self, port: int | None = None, **environ: Any) -> None:
        super().__init__(port, **environ)
        self.everyone.add(self)

    def launch(self, environ: dict[str, str]) -> Child:
        if sys.platform != "linux":
            return super().launch(environ)
        return self.warm.start(self.name, self.command()[2:], environ, self.log)

    @property
    def ws_url(self) -> str:
        return f"ws://{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return self.base_url


class StandIn(Process):
    """The local model server; it remembers what it was asked."""

    arguments = ("inference.standin",)
    ready_path = "/health"
    name = "standin"

    def command(self) -> list[str]:
        # Brisk where the name of a behaviour does not say otherwise; all requests are kept.
        return [*super().command(), "--ttft", "30", "--tps", "300", "--keep", "20000"]

    @property
    def model_url(self) -> str:
        return f"{self.base_url}/v1"

    def requests(self, **query: str) -> list[dict[str, Any]]:
        asked = urllib.parse.urlencode(query)
        with urllib.request.urlopen(f"{self.base_url}/standin/requests?{asked}", timeout=10) as answer:
            told = json.load(answer)
        return told["requests"] if isinstance(told, dict) else told

    def clear(self) -> None:
        urllib.request.urlopen(
            urllib.request.Request(f"{self.base_url}/standin/requests", method="DELETE"), timeout=10
        ).close()


class Worker(Process):
    """A Celery worker, `POOL="prefork"` one with a child. It answers no HTTP: ready is when its log says so."""

    name = "worker"

    def command(self) -> list[str]:
        pool = (f"--pool={self.environ.get('POOL', 'solo')}", "--concurrency=1", "--without-gossip", "--without-mingle")
        return [sys.executable, "-m", "celery", "-A", "config.worker", "worker", "--loglevel=INFO", *pool]

    def answers(self) -> bool:
        return "ready." in self.said()


class Service:
    """Postgres or Redis underneath, to break."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.services = LocalServices(Path(os.environ["VAR_DIR"]), given={}, durable=False)

    def kill(self) -> None:
        self.services.service(self.name).kill()

    def stop(self) -> None:
        self.services.service(self.name).stop()

    def start(self) -> None:
        """Up again on the same port, with what it had stored."""
        service = self.services.service(self.name)
        port = service.state["port"]
        # The kernel takes a killed process's command line away before its sockets.
        processes.wait_until(lambda: service.pid() is not None or ports.is_free(port), 5)
        service.start()
        assert service.state["port"] == port

    def restart(self) -> None:
        self.kill()
        self.start()
