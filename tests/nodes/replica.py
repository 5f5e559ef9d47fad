"""A second Postgres that follows the tests' own by streaming, made by pg_basebackup."""

import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from config.services import place, ports, processes
from config.services.place import Identity

# As many connections as the first one: with fewer it would not follow.
OPTIONS = (
    "-c max_connections=200 -c dynamic_shared_memory_type=mmap -c listen_addresses=127.0.0.1"
    " -c unix_socket_directories='' -c hot_standby=on -c fsync=off -c port="
)


class Replica:
    """`url` leads to it, with the name of the database that `url` of the first one has."""

    def __init__(self, url: str, folder: Path) -> None:
        self.identity, self.first, self.port = Identity.current(), url, ports.free_port()
        self.binaries = place.postgres_binaries(self.identity)
        self.home = self.identity.folder(folder)
        parts = urlsplit(url)
        self.url = urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{self.port}"))
        environ = {"PGHOST": parts.hostname, "PGPORT": str(parts.port), "PGUSER": parts.username}
        self.environ = os.environ | environ | {"PGPASSWORD": unquote(parts.password)}
        self._run("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        self.start()

    @property
    def data(self) -> Path:
        return self.home / "data"

    def start(self) -> None:
        log = ("-l", str(self.home / "log"))
        self._run("pg_ctl", "start", "-s", "-w", "-D", str(self.data), *log, "-o", f"{OPTIONS}{self.port}")

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-s", "-w", "-m", "immediate", "-D", str(self.data))

    def follow(self, *, on: bool) -> None:
        """Whether it does what the first one did; what it is told meanwhile it keeps for later."""
        with psycopg.connect(self.url, autocommit=True) as line:
            line.execute(f"select pg_wal_replay_{'resume' if on else 'pause'}()")

    def freeze(self, *, on: bool) -> None:
        """It keeps its lines open and answers nothing, as a machine that hangs."""
        for pid in processes.working_in(self.data):
            os.kill(pid, signal.SIGSTOP if on else signal.SIGCONT)

    def promote(self) -> None:
        """From now on it is a database of its own."""
        self._run("pg_ctl", "promote", "-s", "-w", "-D", str(self.data))

    def caught_up(self) -> bool:
        with psycopg.connect(self.first) as line:
            [(there,)] = line.execute("select pg_current_wal_lsn()").fetchall()
        with psycopg.connect(self.url) as line:
            [(done,)] = line.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", [there]).fetchall()
        return bool(done)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "pg_basebackup" else subprocess.DEVNULL,
            env=self.environ,
            cwd=self.home,
            check=False,
            start_new_session=True,
            **self.identity.options,
        )
        assert done.returncode == 0, f"{program}: {done.stderr!r} {processes.tail(self.home / 'log', 8)}"
