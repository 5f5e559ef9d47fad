"""The services of one folder, shared by every process that works in it.

Each attached process holds a shared lock on one file; the kernel lets go of it when the process ends, however
it ends. The last to leave stops the servers. A process that was killed leaves them running, and the next one
adopts them.
"""

import base64
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from config import dotenv
from config.services.errors import ServiceError
from config.services.place import Identity, home_of
from config.services.postgres import Postgres
from config.services.redis import Redis

MUTEX_SECONDS = 180
Service = Postgres | Redis


class LocalServices:
    """Postgres and Redis of one VAR_DIR. One that `given` names elsewhere is not started here.

    `given` is the environment with .env where it is silent, unless said otherwise. `durable=False` spares the
    disk: a crash of a server loses nothing, one of the machine does.
    """

    def __init__(
        self, var_dir: Path | None = None, *, given: Mapping[str, str] | None = None, durable: bool = True
    ) -> None:
        self.given = dotenv.layered(os.environ, dotenv.read(dotenv.PROJECT / ".env")) if given is None else given
        self.var_dir = (var_dir or dotenv.var_dir(self.given)).resolve()
        self.durable = durable
        self.folder = self.var_dir / "services"
        self.identity = Identity.current()
        self.state: dict[str, Any] = {}

    # --- for everybody ---

    @contextmanager
    def attached(self) -> Iterator[dict[str, str]]:
        """The services run while the block does; what is yielded are the variables that lead to them."""
        with self._mutex():
            ours = self._open("attached")
            try:
                fcntl.flock(ours, fcntl.LOCK_SH)
                self._start()
            except BaseException:
                ours.close()
                raise
            variables = self.variables()
        try:
            yield variables
        finally:
            with self._mutex():
                ours.close()
                if not self.state.get("kept") and not self._in_use():
                    self._stop()

    def up(self) -> dict[str, str]:
        """Start, and leave running when this process ends, until `down`."""
        with self._mutex():
            self.state["kept"] = True
            self._start()
            return self.variables()

    def down(self, *, force: bool = False) -> bool:
        """Stop; False when other processes use the services, which then stop with the last of them."""
        if not self.folder.exists():
            return True
        with self._mutex():
            self.state["kept"] = False
            if self._in_use() and not force:
                return False
            self._stop()
            return True

    def folders(self) -> list[Path]:
        """Where the data lies: VAR_DIR, and beside it the servers' own folder when they cannot reach that."""
        self._read_state()
        return list(dict.fromkeys([self.var_dir, Path(self.state.get("home", self.var_dir))]))

    def destroy(self) -> None:
        """Stop at once, and remove the data."""
        self.down(force=True)
        self._read_state()
        for service in self.services() if "home" in self.state else ():
            shutil.rmtree(service.home, ignore_errors=True)
        if (home := Path(self.state.get("home", self.var_dir))) != self.var_dir:
            shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.var_dir / "env").unlink(missing_ok=True)

    def status(self) -> dict[str, Any]:
        self._read_state()
        told: dict[str, Any] = {
            "folder": str(self.var_dir),
            "in_use": self.folder.exists() and self._in_use(),
        }
        for service in self.services() if self.state else ():
            pid = service.pid()
            told[service.name] = {"running": pid is not None, "pid": pid, "port": service.state.get("port")}
        for kind in (Postgres, Redis):
            told.setdefault(kind.name, {"running": False, "pid": None, "port": None})
            if self.given.get(kind.variable):
                told[kind.name] = {"running": None, "external": True}
        return told

    def service(self, name: str) -> Service:
        """One of them, to kill and start again: what fault tests do."""
        self._read_state()
        return next(service for service in self.services() if service.name == name)

    def variables(self) -> dict[str, str]:
        written = dotenv.read(self.var_dir / "env")
        return written | {name: self.given[name] for name in written.keys() | WANTED if self.given.get(name)}

    # --- inside ---

    def services_wanted(self) -> list[str]:
        """Those that are ours to start."""
        return [kind.name for kind in (Postgres, Redis) if not self.given.get(kind.variable)]

    def services(self) -> list[Service]:
        home = Path(self.state["home"])
        return [
            kind(home, self.state.setdefault(kind.name, {}), self.identity, durable=self.durable)
            for kind in (Postgres, Redis)
            if not self.given.get(kind.variable)
        ]

    def _start(self) -> None:
        self.state.setdefault("token", secrets.token_hex(8))
        self.state["home"] = str(home_of(self.var_dir, self.state["token"], self.identity))
        try:
            for service in self.services():
                service.start()
        finally:
            self._write_state()
        self._write_variables({service.variable: service.url for service in self.services()})

    def _stop(self) -> None:
        for service in self.services() if "home" in self.state else ():
            service.stop()
        self._write_state()
        # Without addresses the settings say what is missing, instead of a refused connection somewhere later.
        self._write_variables({})

    def _in_use(self) -> bool:
        with self._open("attached") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _open(self, name: str) -> BinaryIO:
        return (self.folder / f"{name}.lock").open("ab")

    @contextmanager
    def _mutex(self) -> Iterator[None]:
        """Only one process starts or stops at a time."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._open("start")
        except OSError as error:
            raise ServiceError(
                f"{self.var_dir} cannot be written ({error.strerror}): set VAR_DIR to a folder that can"
            ) from None
        with file:
            end = time.monotonic() + MUTEX_SECONDS
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise ServiceError(
                            f"another process has been starting the services for {MUTEX_SECONDS} s"
                        ) from None
                    time.sleep(0.05)
            self._read_state()
            yield

    def _read_state(self) -> None:
        try:
            self.state = json.loads((self.folder / "state.json").read_text())
        except FileNotFoundError:
            self.state = {}
        except PermissionError:
            raise ServiceError(f"{self.folder} belongs to another user: work as that user, or set VAR_DIR") from None

    def _write_state(self) -> None:
        replace(self.folder / "state.json", json.dumps(self.state, indent=1))

    def _write_variables(self, addresses: dict[str, str]) -> None:
        known = dotenv.read(self.var_dir / "env")
        secret_key = known.get("SECRET_KEY") or secrets.token_urlsafe(48)
        master = known.get("MASTER_KEYS") or f"local:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        variables = addresses | {"SECRET_KEY": secret_key, "MASTER_KEYS": master}
        head = "# Written by `python -m config.services`. MASTER_KEYS opens what people wrote: keep it.\n"
        replace(self.var_dir / "env", head + "".join(f"{name}={value}\n" for name, value in variables.items()))


WANTED = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MASTER_KEYS"}


def replace(path: Path, text: str) -> None:
    """Whole or not at all, and for nobody else to read."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(path)
