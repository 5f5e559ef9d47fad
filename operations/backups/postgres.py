"""pg_dump and pg_restore: found, told where the database is, and read or written through a pipe."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.db import connection

from config.services import ServiceError, place
from config.services.place import Identity
from operations.backups.errors import BackupError
from operations.backups.sealing import PIECE

_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
_NAMES = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}


def dumped(*arguments: str) -> Iterator[bytes]:
    """The output of pg_dump. Raises BackupError when it failed, after what it wrote until then."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [_program("pg_dump"), *arguments], stdout=subprocess.PIPE, stderr=said, env=_environ()
        )
        assert process.stdout is not None
        try:
            while piece := process.stdout.read(PIECE):
                yield piece
        finally:
            process.stdout.close()
            code = process.wait()
        if code:
            raise BackupError(f"pg_dump: {_last_line(said)}")


def restore(pieces: Iterable[bytes], *arguments: str) -> None:
    """Give `pieces` to pg_restore. Raises BackupError."""
    with tempfile.TemporaryFile() as said:
        command = [_program("pg_restore"), "--exit-on-error", "--no-owner", "--no-privileges", *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=_environ())
        assert process.stdin is not None
        try:
            for piece in pieces:
                process.stdin.write(piece)
        except BrokenPipeError:
            pass  # it has read what it wants, or has failed and says so
        finally:
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass
            code = process.wait()
        if code:
            raise BackupError(f"pg_restore: {_last_line(said)}")


def database_name() -> str:
    return str(_database()["NAME"])


def _database() -> Mapping[str, Any]:
    """Both programs set things that last as long as their connection: through a pooler others would have them too."""
    return settings.DATABASE_DIRECT or connection.settings_dict


def _program(name: str) -> str:
    """The one that came with the embedded Postgres, or what is installed: it must not be older than the server."""
    try:
        return str(place.postgres_binaries(Identity.current()) / name)
    except ServiceError:
        found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is missing: install the client of your Postgres, of its version or a later one")
    return found


def _environ() -> dict[str, str]:
    told = _database()
    given = {name: str(told[key]) for name, key in _NAMES.items() if told.get(key)}
    # Without these a connection that has to be encrypted would be taken in the clear.
    options = told.get("OPTIONS") or {}
    return os.environ | given | {name: str(options[key]) for key, name in _OPTIONS.items() if options.get(key)}


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1][-300:] if lines else "it failed without a word"
