"""`make run`: everything the product needs, in the foreground, until Ctrl-C."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any, NoReturn

from config import dotenv
from config import env as environment
from config.run.child import Child, stop_all
from config.run.screen import screen
from config.server import listen
from config.services import LocalServices, ServiceError, processes

READY_SECONDS = 60
STOP_SECONDS = 2.5  # for the children; the services take well under a second more
LONGEST_PAUSE = 30.0
ANY = ("0.0.0.0", "::")  # noqa: S104  listening everywhere; opened here
STEADY_SECONDS = 60.0


class Stopped(Exception):
    """Somebody asked us to end."""


def stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> NoReturn:
        ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals() -> None:
    """What is being stopped need not be told twice."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def say(line: str) -> None:
    print(line, flush=True)


class Keeper:
    """Starts the children and starts them again when they die, each time after a longer pause."""

    def __init__(self) -> None:
        self.makers: dict[str, Callable[[], Child]] = {}
        self.children: dict[str, Child] = {}
        self.started: dict[str, float] = {}
        self.pause: dict[str, float] = {}
        self.due: dict[str, float] = {}

    def add(self, name: str, *module: str, environ: dict[str, str] | None = None) -> Child:
        self.makers[name] = lambda: Child(name, [sys.executable, "-m", *module], environ=environ)
        self.pause[name] = 0.5
        return self._start(name)

    def _start(self, name: str) -> Child:
        self.children[name] = self.makers[name]()
        self.started[name] = time.monotonic()
        return self.children[name]

    def look(self) -> None:
        now = time.monotonic()
        for name, child in list(self.children.items()):
            if child.alive:
                continue
            if name not in self.due:
                if now - self.started[name] > STEADY_SECONDS:
                    self.pause[name] = 0.5
                say(f"{name} ended ({ending(child)}); starting it again in {self.pause[name]:g} s")
                child.kill()  # what it started goes too
                self.due[name] = now + self.pause[name]
                self.pause[name] = min(self.pause[name] * 2, LONGEST_PAUSE)
            elif now >= self.due[name]:
                del self.due[name]
                self._start(name)

    def stop(self) -> None:
        stop_all(list(self.children.values()), STOP_SECONDS)


def ending(child: Child) -> str:
    code = child.process.returncode
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def prepare() -> dict[str, Any]:
    """Migrations, presets, static files, demo accounts: in a child, so that this process stays small."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.run.prepare"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate()
    except Stopped:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    if process.returncode:
        raise SystemExit(f"Preparing failed (exit code {process.returncode}); what it said is above.")
    return dict(json.loads(told.strip().splitlines()[-1]))


def wait_for_server(child: Child, host: str, port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if not child.alive:
            raise SystemExit(f"The server did not start ({ending(child)}); what it said is above.")
        line = http.client.HTTPConnection(host, port, timeout=5)
        try:
            line.request("GET", "/readyz")
            answer = line.getresponse()
            if answer.status == 200:
                return
        except OSError:
            pass
        finally:
            line.close()
        time.sleep(0.05)
    raise SystemExit(f"The server is not ready after {READY_SECONDS} s: see http://{host}:{port}/readyz")


def read_environment() -> SimpleNamespace:
    environment.adopt_local_files()
    environment.use(ALLOWED_HOSTS="localhost", LOG_FORMAT="console", LOG_LEVEL="WARNING", DRAIN_SECONDS="2")
    return environment.load()


def run() -> None:
    environment.use(**dotenv.read(dotenv.PROJECT / ".env"))
    services = LocalServices()
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdigit():
        raise SystemExit("Configuration: PORT must lie between 1 and 65535")
    listen(host, int(port)).close()  # known to be taken before anything is started, not after
    say(
        "Starting Postgres and Redis"
        if services.services_wanted()
        else "Using the Postgres and Redis of the environment"
    )
    keeper = Keeper()
    with services.attached() as variables:
        environment.use(**variables)
        own_standin = not (os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_KEY"))
        if own_standin:
            standin_port = processes.free_port()
            os.environ["STANDIN_URL"] = f"http://127.0.0.1:{standin_port}/v1"
        values = read_environment()
        try:
            told = prepare()
            say("Starting the servers")
            if own_standin:
                # It remembers no requests: whoever else is on this machine could ask it for them.
                keeper.add("stand-in", "inference.standin", "--port", str(standin_port), "--keep", "0")
            server = keeper.add("server", "config.server")
            celery = ("celery", "--quiet", "-A", "config.celery")
            # That root runs it is known, and on one's own machine no reason to warn.
            os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker")
            keeper.add("worker", *celery, "worker", "--loglevel=WARNING", "--concurrency=2", "--without-gossip")
            keeper.add("beat", *celery, "beat", "--loglevel=WARNING", "--pidfile=")
            shown = "127.0.0.1" if values.HOST in ANY else values.HOST
            wait_for_server(server, shown, values.PORT)
            address = f"http://{f'[{shown}]' if ':' in shown else shown}:{values.PORT}/"
            model_url = None if told["standin"] else values.OPENAI_BASE_URL or "https://api.openai.com/v1"
            say(
                screen(
                    address=address,
                    accounts=told["accounts"],
                    model=told["model"],
                    model_url=model_url,
                    folders=services.folders(),
                )
            )
            while True:
                time.sleep(0.3)
                keeper.look()
        finally:
            ignore_signals()
            keeper.stop()


def main() -> int:
    stop_on_signals()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        run()
    except Stopped:
        say("\nStopped.")
        return 0
    except ServiceError as error:
        print(f"Services: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
