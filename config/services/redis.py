"""Redis on loopback with a password, append-only file on, nothing evicted."""

import secrets
import signal
import socket
import subprocess
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from config.services import place, ports, processes
from config.services.errors import ServiceError
from config.services.place import Identity

START_SECONDS = 60


class Redis:
    name, variable = "redis", "REDIS_URL"

    def __init__(self, home: Path, state: MutableMapping[str, Any], identity: Identity, *, durable: bool) -> None:
        self.home, self.state, self.identity, self.durable = home / "redis", state, identity, durable
        self.log = self.home / "log"

    @property
    def url(self) -> str:
        return f"redis://:{self.state['password']}@127.0.0.1:{self.state['port']}/0"

    def pid(self) -> int | None:
        pid = processes.pid_in(self.home / "pid")
        return pid if pid and f":{self.state.get('port')}" in processes.command_of(pid) else None

    def start(self) -> None:
        if self.pid() and self._ready():
            return
        binary = place.redis_binary(self.identity)
        self.identity.folder(self.home)
        self.state.setdefault("password", secrets.token_urlsafe(24))
        if self.pid() is None:
            self._launch(binary)

    def stop(self) -> None:
        if pid := self.pid():
            processes.stop(pid, lambda: self.pid() is not None, (signal.SIGTERM, 10), (signal.SIGKILL, 5))

    def kill(self) -> None:
        """As a crash would: no goodbye, the next start reads the append-only file."""
        if pid := self.pid():
            processes.stop(pid, lambda: self.pid() is not None, (signal.SIGKILL, 10))

    def _launch(self, binary: Path) -> None:
        for _ in range(5):
            port = self.state.get("port")
            if not port or not ports.is_free(port):
                self.state["port"] = ports.free_port()
            (self.home / "pid").unlink(missing_ok=True)
            self._write_settings()
            done = subprocess.run(
                [str(binary), str(self.home / "redis.conf")],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd=self.home,
                start_new_session=True,
                check=False,
                **self.identity.options,
            )
            if done.returncode:
                last = (done.stdout + done.stderr).strip().splitlines() or ["no reason given"]
                raise ServiceError(f"Redis did not start: {last[-1]}")
            if processes.wait_until(lambda: self._ready() or self._port_was_taken(), START_SECONDS):
                if self._ready():
                    return
                continue
            break
        raise ServiceError(f"Redis did not start ({processes.tail(self.log, 1)}): see {self.log}")

    def _write_settings(self) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": self.state["port"],
            "requirepass": self.state["password"],
            "daemonize": "yes",
            "dir": f'"{self.home}"',
            "pidfile": f'"{self.home / "pid"}"',
            "logfile": f'"{self.log}"',
            "appendonly": "yes",
            "appendfsync": "everysec" if self.durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "set-proc-title": "yes",
        }
        path = self.home / "redis.conf"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        self.identity.own(path)
        self.log.unlink(missing_ok=True)

    def _port_was_taken(self) -> bool:
        return "Address already in use" in processes.tail(self.log, 5)

    def _ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.state["port"]), timeout=1) as line:
                line.sendall(f"AUTH {self.state['password']}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2 and (data := line.recv(1024)):
                    answer += data
        except (OSError, KeyError):
            return False
        return answer.startswith(b"+OK") and b"+PONG" in answer
