"""Getting everything back, into an empty database."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.db import connection

from accounts.models import DataKey, User
from accounts.privacy.ledger import apply_ledger
from chat.models import Conversation
from operations.backups import manifest, postgres
from operations.backups.counts import count_rows
from operations.backups.errors import BackupError
from operations.backups.sealing import opened
from operations.backups.taking import DATABASE, KEYS, all_backups, folder_and_keys
from operations.soundness import problems

Tell = Callable[[str], None]


def check(folder: Path) -> manifest.Manifest:
    """Open every file to its end without keeping anything. Raises BackupError."""
    _place, keys = folder_and_keys()
    told = manifest.read(folder, keys)
    for name, expected in told.files.items():
        path = folder / name
        if not path.exists() and name == KEYS:
            continue  # pruned: newer ones are used
        if path.stat().st_size != expected["bytes"] or manifest.digest(path) != expected["sha256"]:
            raise BackupError(f"{path} is not as it was written")
        for _piece in _pieces(path, keys):
            pass
    return told


def restore(folder: Path, tell: Tell) -> list[str]:
    """Everything of that backup, under the newest keys there are. Returns what is not sound afterwards.

    The ledger of erasures is applied before anything else happens. Raises BackupError; nothing may be in the database.
    """
    _place, keys = folder_and_keys()
    _must_be_empty()
    tell("Checking the backup")
    told = check(folder)
    newest = _newest_keys(folder)
    tell("Tables")
    postgres.restore(_pieces(folder / DATABASE, keys), *_into(), "--section=pre-data")
    tell("Rows")
    postgres.restore(_pieces(folder / DATABASE, keys), *_into(), "--section=data")
    postgres.restore(_pieces(newest, keys), *_into(), "--section=data")
    _fit_keys()
    tell("Indexes and constraints")
    postgres.restore(_pieces(folder / DATABASE, keys), *_into(), "--section=post-data")
    connection.close()
    wrong = _differences(told, same_keys=newest.parent == folder)
    tell("Erasing again who was erased since")
    apply_ledger()
    return [*wrong, *problems()]


def _into() -> tuple[str, ...]:
    return ("--dbname", str(connection.settings_dict["NAME"]))


def _pieces(path: Path, keys: Mapping[str, bytes]) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from opened(file, keys=keys)


def _must_be_empty() -> None:
    if connection.introspection.table_names():
        raise BackupError(
            f"the database {connection.settings_dict['NAME']} is not empty: name a new one in DATABASE_URL"
        )


def _newest_keys(folder: Path) -> Path:
    """Those that were destroyed since are not in them, so what they sealed stays shut."""
    found = [path / KEYS for path in (*all_backups(), folder) if (path / KEYS).exists()]
    if not found:
        raise BackupError(f"no backup has {KEYS} any more: without keys nothing that people wrote can be read")
    return max(found, key=lambda path: path.parent.name)


def _fit_keys() -> None:
    """Keys and rows may be of two moments: those of later people go, and for destroyed ones a row is left."""
    keys, talks, people = (model._meta.db_table for model in (DataKey, Conversation, User))
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {keys} k where not exists (select 1 from {people} u where u.id = k.owner_id)")
        cursor.execute(
            f"""insert into {keys} (id, owner_id, purpose, kek_id, wrapped, created_at, destroyed_at)
                select t.key_id, t.owner_id, 'conversation', '', '', now(), now() from {talks} t
                where not exists (select 1 from {keys} k where k.id = t.key_id)"""
        )


def _differences(told: manifest.Manifest, *, same_keys: bool) -> list[str]:
    found = count_rows()
    left_out = set(told.without) | (set() if same_keys else {DataKey._meta.db_table})
    return [
        f"{name} has {found.get(name, 0)} rows, the backup {rows}"
        for name, rows in told.counts.items()
        if name not in left_out and found.get(name, 0) != rows
    ]
