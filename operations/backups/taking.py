"""Taking a backup while the site runs."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import DataKey, Session
from operations.backups import key_rows, manifest, postgres
from operations.backups.counts import count_rows
from operations.backups.errors import AnotherRuns, BackupError
from operations.backups.names import DATABASE, KEYS, moment_of, new_name
from operations.backups.places import Folder, Place, place_at
from operations.backups.places.kinds import Sink
from operations.backups.sealing import seal

LOCK = 7_264_551_021  # advisory: one backup at a time


def place_and_keys() -> tuple[Place, Mapping[str, bytes]]:
    """Where backups lie, and what seals them. Raises BackupError naming the setting that is missing."""
    if not settings.BACKUP_DIR:
        raise BackupError("BACKUP_DIR is not set: name a folder on another disk than the database's, or a bucket")
    if not settings.BACKUP_KEYS:
        raise BackupError("BACKUP_KEYS is not set: id:base64 of 32 bytes; keep them apart from the backups")
    return place_at(settings.BACKUP_DIR), settings.BACKUP_KEYS


def take(now: datetime | None = None) -> Folder:
    """All of one moment: what is written meanwhile is in the next one. Returns the backup's folder.

    Raises AnotherRuns where one is being taken of this database.
    """
    place, keys = place_and_keys()
    made_at = now or datetime.now(UTC)
    with _one_moment() as snapshot:
        unfinished = place.begin(new_name(made_at))
        try:
            _write(unfinished, snapshot, made_at, keys).write(unfinished, keys)
            return place.finish(unfinished)
        except BaseException:
            unfinished.delete_all()
            raise


def prune(now: datetime | None = None) -> list[str]:
    """Delete what is older than BACKUP_DAYS, and keys older than KEYS_BACKUP_DAYS; the newest of each stays. What a
    killed backup left goes after a day.

    A key that was destroyed is gone from the backups once its copies are: what is left of the person in older backups
    of the database can no longer be read.
    """
    moment = now or datetime.now(UTC)
    gone = []
    place, _keys = place_and_keys()
    for folder in place.unfinished():
        if moment - _made_at(folder) > timedelta(days=1):
            folder.delete_all()
            gone.append(folder.name)
    for folder in all_backups()[:-1]:
        age = moment - _made_at(folder)
        if age > timedelta(days=settings.BACKUP_DAYS):
            folder.delete_all()
            gone.append(folder.name)
        elif folder.size(KEYS) is not None and age > timedelta(days=settings.KEYS_BACKUP_DAYS):
            folder.delete(KEYS)
            gone.append(f"{folder.name}/{KEYS}")
    return gone


def newest_age() -> timedelta | None:
    """How old the newest backup is; None where there is none."""
    found = all_backups()
    return datetime.now(UTC) - _made_at(found[-1]) if found else None


def all_backups() -> Sequence[Folder]:
    """The finished ones, oldest first."""
    place, _keys = place_and_keys()
    return place.finished()


def _made_at(folder: Folder) -> datetime:
    return moment_of(folder.name)


@contextmanager
def _one_moment() -> Iterator[str]:
    """A snapshot that other connections may read by, and this one's counts are of. Raises AnotherRuns."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise AnotherRuns("a backup of this database is being taken already")
        cursor.execute("select pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _write(folder: Folder, snapshot: str, made_at: datetime, keys: Mapping[str, bytes]) -> manifest.Manifest:
    key_table = DataKey._meta.db_table
    # Whoever was signed in then may have signed out since, or have lost the browser: everybody signs in again.
    without = [Session._meta.db_table]
    # Most of it is sealed text, which nothing makes smaller.
    common = ("--format=custom", "--compress=1", f"--snapshot={snapshot}")
    leave_out = [f"--exclude-table-data={name}" for name in (key_table, *without)]
    files = {DATABASE: postgres.dumped(*common, *leave_out), KEYS: key_rows.copied()}
    told = {name: _seal(folder, name, pieces, keys) for name, pieces in files.items()}
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        version = cursor.fetchone()[0]
    applied = MigrationRecorder(connection).applied_migrations()
    last = dict(sorted(applied))
    return manifest.Manifest(made_at.isoformat(), version, last, count_rows(), told, without=without)


def _seal(folder: Folder, name: str, pieces: Iterable[bytes], keys: Mapping[str, bytes]) -> dict[str, object]:
    with folder.create(name) as file:
        written = _Digested(file)
        size = seal(pieces, written, keys=keys)
    return {"bytes": size, "sha256": written.digest.hexdigest()}


class _Digested:
    """A file of which the SHA-256 is known once it is written: a bucket would have to send it back for that."""

    def __init__(self, file: Sink) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)
