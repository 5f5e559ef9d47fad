"""`make run` as a person meets it: one screen, one Ctrl-C."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.dotenv import PROJECT
from config.services import LocalServices, ports, processes
from config.services.processes import wait_until
from tests.config.conftest import clean_environ
from tests.stack import Server

WITHIN = 180.0
pytestmark = pytest.mark.timeout(600)


class Site:
    """`python -m config.run` in a folder of its own, its output in a file."""

    def __init__(self, var_dir: Path, **environ: str) -> None:
        self.var_dir, self.port = var_dir, ports.free_port()
        self.output = var_dir / "output"
        environ = {"VAR_DIR": str(var_dir), "PORT": str(self.port)} | environ
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run"],
                cwd=PROJECT,
                env=clean_environ(**environ),
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_for(self, text: str) -> None:
        ended = lambda: text in self.said() or self.process.poll() is not None  # noqa: E731
        assert wait_until(ended, WITHIN), self.said()
        assert text in self.said(), self.said()

    def children(self) -> dict[str, int]:
        """Command line -> pid of what it started, the services apart."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid and (command := processes.command_of(int(entry.name))):
                found[command.partition(" -m ")[2].strip()] = int(entry.name)
        return found

    def get(self, path: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@pytest.fixture
def start(var_dir: Path) -> Iterator[Callable[..., Site]]:
    started: list[Site] = []

    def run(**environ: str) -> Site:
        started.append(Site(var_dir, **environ))
        return started[-1]

    yield run
    for site in started:
        site.end()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_one_command_one_screen_and_ctrl_c_ends_it_even_when_children_hang(
    start: Callable[..., Site], var_dir: Path
) -> None:
    """In one life of a site, since a first start makes a database: killed, taken over by the next run, and ended."""
    killed = start()
    killed.wait_for("Ctrl-C stops everything")
    shows_what_one_must_know(killed, var_dir)
    postgres = is_killed_with_all_it_started(killed)

    heir = start()
    heir.wait_for("Ctrl-C stops everything")
    assert LocalServices(var_dir, given={}).status()["postgres"]["pid"] == postgres
    assert heir.get("/readyz")[0] == 200
    a_server_that_ends_is_started_again(heir)
    ctrl_c_ends_it_while_children_hang(heir, var_dir)


def shows_what_one_must_know(site: Site, var_dir: Path) -> None:
    screen = site.said()
    assert f"http://127.0.0.1:{site.port}/" in screen
    assert "a stand-in on this machine" in screen
    assert re.search(rf"Data +{var_dir}\n", screen)
    for role in ("player", "creator", "moderator", "operator"):
        assert re.search(rf"{role} +{role}@example.com +\S{{8,}}", screen)

    assert site.get("/readyz")[0] == 200
    status, page = site.get("/")
    assert status == 200
    # Files carry a hash in their names, and are there.
    styles = re.search(r'href="(/static/css/[^"]+\.[0-9a-f]{12}\.css)"', page)
    assert styles is not None
    assert site.get(styles[1])[0] == 200

    children = site.children()
    assert len(children) == 4, children
    [standin] = [command for command in children if command.startswith("inference.standin")]
    assert " --keep 0 " in standin, "nobody else on this machine can ask it what was said"
    assert "must consume synchronous iterators" not in site.said()


def is_killed_with_all_it_started(site: Site) -> int | None:
    """The process of Postgres, which stays."""
    pids = list(site.children().values())
    postgres: int | None = LocalServices(site.var_dir, given={}).status()["postgres"]["pid"]
    site.process.kill()
    site.process.wait()
    assert wait_until(lambda: not any(processes.command_of(pid) for pid in pids), 10)
    return postgres


def a_server_that_ends_is_started_again(site: Site) -> None:
    server = site.children()["config.server"]
    os.kill(server, signal.SIGKILL)
    site.wait_for("server ended (signal SIGKILL); starting it again")
    assert wait_until(lambda: site.children().get("config.server", server) != server, 20)


def ctrl_c_ends_it_while_children_hang(site: Site, var_dir: Path) -> None:
    pids = list(site.children().values())
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(20) == 0
    assert time.monotonic() - started < 15
    assert "Stopped." in site.said()
    assert [pid for pid in pids if processes.command_of(pid)] == []
    told = LocalServices(var_dir, given={}).status()
    assert not told["postgres"]["running"]
    assert not told["redis"]["running"]


def ends_with_one_line(site: Site) -> str:
    assert site.process.wait(WITHIN) == 1
    [line] = site.said().strip().splitlines()
    return line


def test_a_taken_port_is_one_line(start: Callable[..., Site], server: Server) -> None:
    line = ends_with_one_line(start(PORT=str(server.port)))
    assert line.startswith(f"PORT {server.port} is taken on 127.0.0.1")


def test_a_port_that_is_none_is_one_line(start: Callable[..., Site]) -> None:
    assert "PORT" in ends_with_one_line(start(PORT="eighty"))


def test_ctrl_c_works_from_the_first_moment(start: Callable[..., Site], var_dir: Path) -> None:
    site = start()
    site.wait_for("Bringing the database up to date")
    started = time.monotonic()
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(20) == 0
    assert time.monotonic() - started < 15
    assert not LocalServices(var_dir, given={}).status()["postgres"]["running"]
