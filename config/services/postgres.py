"""Postgres 18 with pgvector: SCRAM on loopback, data in the project's own folder."""

import os
import secrets
import signal
import subprocess
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from config.services import place, ports, processes
from config.services.errors import ServiceError
from config.services.place import Identity

START_SECONDS = 60
ORPHANS_SECONDS = 2
NAME = "dramatis"  # of the role and of the database


class Postgres:
    name, variable = "postgres", "DATABASE_URL"

    def __init__(self, home: Path, state: MutableMapping[str, Any], identity: Identity, *, durable: bool) -> None:
        self.home, self.state, self.identity, self.durable = home / "postgres", state, identity, durable
        self.data, self.log = self.home / "data", self.home / "log"

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self.state['password']}@127.0.0.1:{self.state['port']}/{NAME}"

    def pid(self) -> int | None:
        """The running server's, whoever started it."""
        pid = processes.pid_in(self.data / "postmaster.pid")
        return pid if pid and f"-D {self.data} " in processes.command_of(pid) else None

    def start(self) -> None:
        if self.pid() and self._ready():
            return
        binaries = place.postgres_binaries(self.identity)
        self.identity.folder(self.home)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(binaries)
        if self.pid() is None:
            self._end_orphans()
            # Its pid may be a zombie's or by now a stranger's, and Postgres would take either for itself.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._launch(binaries)
        if not processes.wait_until(self._ready, START_SECONDS):
            raise ServiceError(f"Postgres is not ready after {START_SECONDS} s: see {self.log}")
        if not self.state.get("created"):
            self._run(binaries / "createdb", "-U", NAME, NAME, may_fail="already exists")
            self.state["created"] = True

    def stop(self) -> None:
        if pid := self.pid():
            fast, immediate, kill = signal.SIGINT, signal.SIGQUIT, signal.SIGKILL
            processes.stop(pid, lambda: self.pid() is not None, (fast, 15), (immediate, 5), (kill, 5))

    def kill(self) -> None:
        """As a crash would: no goodbye, the next start recovers."""
        if pid := self.pid():
            processes.stop(pid, lambda: self.pid() is not None, (signal.SIGKILL, 10))

    def _end_orphans(self) -> None:
        """A server that was killed leaves children, which notice when they next wait: in a long statement, late.

        Until then their memory keeps the next server from starting.
        """
        processes.wait_until(lambda: not self._orphans(), ORPHANS_SECONDS)
        for pid in self._orphans():
            processes.stop(pid, lambda: pid in self._orphans(), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))  # noqa: B023

    def _orphans(self) -> list[int]:
        return [pid for pid in processes.working_in(self.data) if processes.command_of(pid).startswith("postgres:")]

    def _make_cluster(self, binaries: Path) -> None:
        # In a folder of its own first: a start killed midway leaves nothing that looks like a cluster.
        unfinished = self.home / f"making-{secrets.token_hex(4)}"
        secret = self.home / "password"
        self.state["password"] = secrets.token_urlsafe(24)
        self.state.pop("created", None)
        secret.touch(mode=0o600)
        secret.write_text(self.state["password"])
        self.identity.own(secret)
        try:
            # The builtin locale is the same on every system.
            locale = (
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            )
            auth = ("-U", NAME, "--auth=scram-sha-256", f"--pwfile={secret}")
            self._run(binaries / "initdb", "-D", str(unfinished), *auth, *locale, "--no-instructions", "--no-sync")
        finally:
            secret.unlink()
        unfinished.rename(self.data)

    def _launch(self, binaries: Path) -> None:
        for _ in range(5):
            port = self.state.get("port")
            if not port or not ports.is_free(port):
                port = self.state["port"] = ports.free_port()
            options = {
                "listen_addresses": "127.0.0.1",
                "port": port,
                "unix_socket_directories": "",
                "max_connections": 200,
                "shared_buffers": "128MB" if self.durable else "32MB",
                "log_statement": "none",
                # A failing statement would quote what it was given.
                "log_min_error_statement": "panic",
                "log_error_verbosity": "terse",
                "dynamic_shared_memory_type": "posix" if os.access("/dev/shm", os.W_OK) else "mmap",  # noqa: S108
            }
            if not self.durable:
                options |= {"fsync": "off", "full_page_writes": "off"}
            told = " ".join(f"-c {name}='{value}'" for name, value in options.items())
            command = (binaries / "pg_ctl", "start", "-s", "-w", "-D", self.data, "-l", self.log, "-o", told)
            done = subprocess.run(
                [str(part) for part in (*command, "-t", START_SECONDS)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self.home,
                start_new_session=True,
                check=False,
                **self.identity.options,
            )
            if done.returncode == 0:
                return
            said = processes.tail(self.log, 8)
            if "could not bind" not in said and "shared memory block" not in said:
                break
        raise ServiceError(f"Postgres did not start ({processes.tail(self.log)}): see {self.log}")

    def _ready(self) -> bool:
        """It answers; asked with its own protocol, since a listening port alone may still be recovering."""
        try:
            return Path(self.data, "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _run(self, binary: Path, *arguments: str, may_fail: str = "") -> None:
        environ = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGPASSWORD": self.state["password"]}
        if port := self.state.get("port"):
            environ |= {"PGHOST": "127.0.0.1", "PGPORT": str(port)}
        done = subprocess.run(
            [str(binary), *arguments],
            capture_output=True,
            text=True,
            cwd=self.home,
            env=environ,
            check=False,
            **self.identity.options,
        )
        if done.returncode and not (may_fail and may_fail in done.stderr):
            said = done.stderr.strip().splitlines() or ["no reason given"]
            reason = next((line for line in said if "error:" in line or "FATAL" in line), said[-1])
            raise ServiceError(f"{binary.name} failed: {reason}")
