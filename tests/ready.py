"""The migrated database with the presets, made once and copied by every test process until something that goes into it
changes, or the month does.

Migrating and loading take twenty seconds of a core, a copy about one.
"""

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases
from django.utils import timezone

from config.services import place
from config.services.place import Identity

FOLDER = Path(tempfile.gettempdir(), f"dramatis-ready-{os.getuid()}")
KEPT_SECONDS = 14 * 24 * 3600
STEMS = (
    "*/migrations/*.py", "*/models/*.py", "*/models.py", "requirements.txt",
    "characters/**/*.py", "characters/presets/*", "stories/**/*.py", "stories/presets/*",
)  # fmt: skip


def set_up() -> None:
    """The test database of this process is there, migrated, and the settings lead to it."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    dump = FOLDER / f"{digest()}.dump"
    with _alone(dump):
        if not dump.exists():
            setup_databases(verbosity=0, interactive=False, aliases={"default": None}, serialized_aliases={})
            call_command("load_presets", verbosity=0)
            _write(dump)
            return
    _copy(dump)


def digest() -> str:
    """Names what the tables follow from: how they are described, by which libraries, and whose months they hold."""
    told = hashlib.sha256(f"{timezone.now():%Y-%m}".encode())
    for stem in STEMS:
        for path in sorted(settings.BASE_DIR.glob(stem)):
            told.update(f"{path.relative_to(settings.BASE_DIR)}\n".encode() + path.read_bytes())
    return told.hexdigest()[:24]


@contextmanager
def _alone(dump: Path) -> Iterator[None]:
    """The first process makes it, the others that want the same wait instead of making their own beside it."""
    with dump.with_suffix(".dump-lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(dump: Path) -> None:
    for old in FOLDER.glob("*.dump*"):
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    unfinished = dump.with_suffix(".dump-unfinished")
    _run("pg_dump", "--format=custom", "--compress=0", f"--file={unfinished}", connection.settings_dict["NAME"])
    unfinished.replace(dump)


def _copy(dump: Path) -> None:
    name = f"test_{connection.settings_dict['NAME']}"
    connection.close()
    _run("createdb", name)
    _run("pg_restore", "--exit-on-error", f"--dbname={name}", str(dump))
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _run(binary: str, *arguments: str) -> None:
    keys = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environ = os.environ | {name: str(connection.settings_dict[key]) for name, key in keys.items()}
    folder = place.postgres_binaries(Identity.current())
    done = subprocess.run([str(folder / binary), *arguments], capture_output=True, text=True, env=environ, check=False)
    if done.returncode:
        raise RuntimeError(f"{binary}: {done.stderr.strip()[-500:]}")
