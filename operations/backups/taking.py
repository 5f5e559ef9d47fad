"""Taking a backup while the site runs."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import DataKey, Session
from operations.backups import key_rows, manifest, postgres
from operations.backups.counts import count_rows
from operations.backups.errors import BackupError
from operations.backups.sealing import seal

STAMP, UNFINISHED = "%Y%m%dT%H%M%SZ", ".unfinished"
DATABASE, KEYS = "database.sealed", "keys.sealed"


def folder_and_keys() -> tuple[Path, Mapping[str, bytes]]:
    """Where backups lie, and what seals them. Raises BackupError naming the setting that is missing."""
    if not settings.BACKUP_DIR:
        raise BackupError("BACKUP_DIR is not set: name a folder on another disk than the database's")
    if not settings.BACKUP_KEYS:
        raise BackupError("BACKUP_KEYS is not set: id:base64 of 32 bytes; keep them apart from the backups")
    return Path(settings.BACKUP_DIR), settings.BACKUP_KEYS


def take(now: datetime | None = None) -> Path:
    """All of one moment: what is written meanwhile is in the next one. Returns the backup's folder."""
    place, keys = folder_and_keys()
    made_at = now or datetime.now(UTC)
    done = place / made_at.strftime(STAMP)
    unfinished = place / f"{done.name}{UNFINISHED}"
    unfinished.mkdir(parents=True)
    try:
        with _one_moment() as snapshot:
            told = _write(unfinished, snapshot, made_at, keys)
        told.write(unfinished, keys)
        unfinished.rename(done)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return done


def prune(now: datetime | None = None) -> list[str]:
    """Delete what is older than BACKUP_DAYS, and keys older than KEYS_BACKUP_DAYS; the newest of each stays. What a
    killed backup left goes after a day.

    A key that was destroyed is gone from the backups once its copies are: what is left of the person in older backups
    of the database can no longer be read.
    """
    moment = now or datetime.now(UTC)
    gone = []
    place, _keys = folder_and_keys()
    for path in sorted(place.glob(f"*{UNFINISHED}")):
        if moment - _made_at(path) > timedelta(days=1):
            shutil.rmtree(path)
            gone.append(path.name)
    for path in all_backups()[:-1]:
        age = moment - _made_at(path)
        if age > timedelta(days=settings.BACKUP_DAYS):
            shutil.rmtree(path)
            gone.append(path.name)
        elif (path / KEYS).exists() and age > timedelta(days=settings.KEYS_BACKUP_DAYS):
            (path / KEYS).unlink()
            gone.append(f"{path.name}/{KEYS}")
    return gone


def all_backups() -> list[Path]:
    """The finished ones, oldest first."""
    place, _keys = folder_and_keys()
    return sorted(path for path in place.glob("[0-9]*T[0-9]*Z") if (path / manifest.NAME).exists())


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.name.removesuffix(UNFINISHED), STAMP).replace(tzinfo=UTC)


@contextmanager
def _one_moment() -> Iterator[str]:
    """A snapshot that other connections may read by, and this one's counts are of."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _write(folder: Path, snapshot: str, made_at: datetime, keys: Mapping[str, bytes]) -> manifest.Manifest:
    key_table = DataKey._meta.db_table
    # Whoever was signed in then may have signed out since, or have lost the browser: everybody signs in again.
    without = [Session._meta.db_table]
    # Most of it is sealed text, which nothing makes smaller.
    common = ("--format=custom", "--compress=1", f"--snapshot={snapshot}")
    leave_out = [f"--exclude-table-data={name}" for name in (key_table, *without)]
    files = {DATABASE: postgres.dumped(*common, *leave_out), KEYS: key_rows.copied()}
    told = {name: _seal(folder / name, pieces, keys) for name, pieces in files.items()}
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        version = cursor.fetchone()[0]
    applied = MigrationRecorder(connection).applied_migrations()
    last = dict(sorted(applied))
    return manifest.Manifest(made_at.isoformat(), version, last, count_rows(), told, without=without)


def _seal(path: Path, pieces: Iterable[bytes], keys: Mapping[str, bytes]) -> dict[str, object]:
    with path.open("xb") as file:
        size = seal(pieces, file, keys=keys)
        file.flush()
    return {"bytes": size, "sha256": manifest.digest(path)}
