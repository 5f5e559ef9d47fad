"""PgBouncer in front of the tests' Postgres, so that every transaction gets another connection."""

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from config.services import place, ports, processes
from config.services.place import Identity
from tests import debian

CONNECTIONS = 3
SETTINGS = """
[databases]
* = host=127.0.0.1 port={postgres} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = transaction
; few for a dozen clients: whoever keeps something on a connection is found out
default_pool_size = {connections}
max_client_conn = 200
server_round_robin = 1
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
pidfile = {folder}/pid
"""


class Pooler:
    """`url` leads to it. It refuses to run as root, as Postgres does."""

    def __init__(self, url: str, folder: Path) -> None:
        program = debian.find("pgbouncer")
        assert program, "pgbouncer is not to be had: install Debian's package pgbouncer"
        identity = Identity.current()
        parts = urlsplit(url)
        self.port, self.folder = ports.free_port(), folder
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        told: dict[str, Any] = {"postgres": parts.port, "user": user, "password": password}
        told |= {"port": self.port, "folder": folder, "connections": CONNECTIONS}
        (folder / "settings").write_text(SETTINGS.format(**told))
        (folder / "users").write_text(f'"{user}" "{password}"\n')
        for path in (folder, *folder.iterdir()):
            identity.own(path)
        self.url = urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{self.port}"))
        command, environ = _reachable(program)
        self.process = subprocess.Popen(
            [*command, str(folder / "settings")], env=environ, stderr=subprocess.DEVNULL, cwd="/", **identity.options
        )
        up = processes.wait_until(lambda: not ports.is_free(self.port), 10)
        assert up, (folder / "log").read_text() if (folder / "log").exists() else "it did not start"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def _reachable(program: str) -> tuple[list[str], dict[str, str]]:
    """What was unpacked into somebody's home has to be copied to where the unprivileged user may run it."""
    if not program.startswith(str(debian.KEPT)):
        return [program], {}
    folder = debian.folder_of("pgbouncer")
    copy = place.copied(folder.parent, [folder.name]) / folder.name
    [libraries] = {str(path.parent) for path in copy.rglob("libcares.so.2")}
    return [str(copy / Path(program).relative_to(folder))], {"LD_LIBRARY_PATH": libraries}
