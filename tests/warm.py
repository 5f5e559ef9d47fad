"""A process that has loaded the product and becomes a server when asked: importing it takes three seconds of a core.

`WarmProcess` is the side of the tests, `python -m tests.warm` that of the process. Per server it forks twice and the
middle one ends, so that the tests are the parent, as of a process that they start themselves. What the environment says
otherwise holds as in a new process: the settings are read anew and logs are set up by them, and where one is different
that was looked at while loading, or other packages are there, a new program is run after all. Linux only.
"""

import array
import ctypes
import faulthandler
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.run.child import PR_SET_PDEATHSIG, Child

PR_SET_CHILD_SUBREAPER = 36
SIGKILL = 9
MOST = 256 * 1024  # bytes of a request: an environment
ORPHAN_SECONDS = 10
SET_UP_AGAIN = {"LOGGING"}
LOADED_BY = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")  # what is there to be imported


# --- the side of the tests ---


class Forked:
    """As `subprocess.Popen`, of a child that another process forked for us."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() >= end:
                raise subprocess.TimeoutExpired(f"pid {self.pid}", timeout or 0)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class WarmChild(Child):
    def __init__(self, name: str, process: Forked, log: Path) -> None:
        self.name, self.log = name, log
        self.process: Any = process


class WarmProcess:
    """Loads the product with the environment of its first request, and stays as long as this process."""

    def __init__(self) -> None:
        self._ours: socket.socket | None = None
        self._child: Child | None = None

    def start(self, name: str, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Child:
        """`python -m <arguments>`"""
        if self._child is None or not self._child.alive:
            self._load(environ, log.with_name("warm.log"))
        assert self._ours is not None
        request = {"arguments": list(arguments), "environ": dict(environ), "parent": os.getpid()}
        with log.open("ab") as file:
            _adopt_orphans(True)
            try:
                fds = array.array("i", [file.fileno()])
                self._ours.sendmsg([json.dumps(request).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
                pid = int(self._ours.recv(64))
                assert self._ours.recv(64) == b"ended", "the one in the middle"
            finally:
                _adopt_orphans(False)
        return WarmChild(name, Forked(pid), log)

    def _load(self, environ: Mapping[str, str], log: Path) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST)
        with theirs:
            command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
            self._child = Child("warm", command, environ=environ, log=log, keep=(theirs.fileno(),))

    def end(self) -> None:
        if self._child is not None:
            self._child.kill()


def _adopt_orphans(yes: bool) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0)


# --- the side of the process ---


class Watched:
    """Which settings are looked at while the product loads."""

    def __init__(self) -> None:
        from django.conf import LazySettings

        self.names: set[str] = set()
        self._class, self._before = LazySettings, LazySettings.__getattr__

    def __enter__(self) -> "Watched":
        before, names = self._before, self.names

        def look(settings: Any, name: str) -> Any:
            if name.isupper():
                names.add(name)
            return before(settings, name)

        self._class.__getattr__ = look  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        self._class.__getattr__ = self._before  # type: ignore[method-assign]


def load() -> dict[str, Any]:
    """The settings that what is loaded now depends on, as the environment has them."""
    gc.disable()
    with Watched() as watched:
        import django

        django.setup()
        import uvicorn  # noqa: F401
        from django.urls import get_resolver

        import config.bodies
        import config.lifespan
        import config.observability.door
        import config.origins
        import config.routing
        import config.sockets
        import config.visitors  # noqa: F401

        get_resolver()._populate()
    fresh = settings_of_now()
    found = {name: getattr(fresh, name, None) for name in watched.names}
    gc.collect()
    gc.freeze()
    gc.enable()
    return found


def settings_of_now() -> Any:
    """Read anew from the environment. What Django has in use it has also filled up."""
    from django.conf import Settings

    for module in [name for name in sys.modules if name.startswith("config.settings")]:
        del sys.modules[module]
    return Settings(os.environ["DJANGO_SETTINGS_MODULE"])


def are_taken(looked_at: dict[str, Any]) -> bool:
    """The settings of now hold, unless one is another than was looked at."""
    from django.conf import settings
    from django.utils.log import configure_logging

    fresh = settings_of_now()
    if any(getattr(fresh, name, None) != value for name, value in looked_at.items() if name not in SET_UP_AGAIN):
        return False
    settings.__dict__.clear()
    settings._wrapped = fresh
    configure_logging(fresh.LOGGING_CONFIG, fresh.LOGGING)
    return True


def serve(line: socket.socket, looked_at: dict[str, Any]) -> str:
    """Back only in a child: the name of the module that it is to run."""
    while True:
        message, control, _, _ = line.recvmsg(MOST, socket.CMSG_LEN(array.array("i", [0]).itemsize))
        if not message:
            sys.exit(0)
        [[_, _, data]] = control
        [output] = array.array("i", data)
        middle = os.fork()
        if middle == 0:
            if child := os.fork():
                line.send(str(child).encode())
                os._exit(0)
            line.close()
            request = json.loads(message)
            become(request, output, looked_at)
            module: str = request["arguments"][0]
            return module
        os.close(output)
        os.waitpid(middle, 0)
        line.send(b"ended")


def become(request: dict[str, Any], output: int, looked_at: dict[str, Any]) -> None:
    os.setsid()
    end = time.monotonic() + ORPHAN_SECONDS
    while os.getppid() != request["parent"]:
        if time.monotonic() > end:
            os._exit(70)
        time.sleep(0.001)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != request["parent"]:
        os._exit(70)
    for number in (1, 2):
        os.dup2(output, number)
    os.close(output)
    same = all(os.environ.get(name) == request["environ"].get(name) for name in LOADED_BY)
    os.environ.clear()
    os.environ.update(request["environ"])
    sys.argv = ["-m", *request["arguments"][1:]]
    if not same or not are_taken(looked_at):
        os.execv(sys.executable, [sys.executable, "-m", *request["arguments"]])
    if os.environ.get("PYTHONFAULTHANDLER"):
        faulthandler.enable()


def main() -> None:
    module = serve(socket.socket(fileno=int(sys.argv[1])), load())
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
