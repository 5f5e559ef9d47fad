"""Getting everything back, into an empty database."""

from collections.abc import Callable, Iterator, Mapping

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import DataKey
from accounts.privacy.ledger import apply_ledger
from operations.backups import manifest, postgres
from operations.backups.counts import count_rows
from operations.backups.errors import BackupError
from operations.backups.key_rows import bring_back
from operations.backups.names import DATABASE, KEYS
from operations.backups.places import Folder
from operations.backups.sealing import opened
from operations.backups.taking import all_backups, place_and_keys
from operations.soundness import problems

Tell = Callable[[str], None]


def check(folder: Folder) -> manifest.Manifest:
    """Open every file to its end without keeping anything. Raises BackupError."""
    _place, keys = place_and_keys()
    told = manifest.read(folder, keys)
    for name, expected in told.files.items():
        size = folder.size(name)
        if size is None and name == KEYS:
            continue  # pruned: newer ones are used
        if size != expected["bytes"] or manifest.digest(folder, name) != expected["sha256"]:
            raise BackupError(f"{folder}/{name} is not as it was written")
        for _piece in _pieces(folder, name, keys):
            pass
    return told


def restore(folder: Folder, tell: Tell) -> list[str]:
    """Everything of that backup, under the newest keys there are. Returns what is not sound afterwards.

    The tables are brought up to this release, and the ledger of erasures is applied, before anything else happens.
    Raises BackupError; nothing may be in the database.
    """
    _place, keys = place_and_keys()
    _must_be_empty()
    tell("Checking the backup")
    told = check(folder)
    _must_be_known(told)
    newest = _newest_keys(folder, keys)
    tell("Tables")
    postgres.restore(_pieces(folder, DATABASE, keys), *_into(), "--section=pre-data")
    tell("Rows")
    postgres.restore(_pieces(folder, DATABASE, keys), *_into(), "--section=data")
    bring_back(_pieces(newest, KEYS, keys))
    tell("Indexes and constraints")
    postgres.restore(_pieces(folder, DATABASE, keys), *_into(), "--section=post-data")
    connection.close()
    wrong = _differences(told, same_keys=newest.name == folder.name)
    tell("Migrations of this release")
    call_command("migrate", interactive=False, verbosity=0)
    tell("Erasing again who was erased since")
    apply_ledger()
    return [*wrong, *problems()]


def _into() -> tuple[str, ...]:
    return ("--dbname", postgres.database_name())


def _pieces(folder: Folder, name: str, keys: Mapping[str, bytes]) -> Iterator[bytes]:
    with folder.open(name) as file:
        yield from opened(file, keys=keys)


def _must_be_empty() -> None:
    if connection.introspection.table_names():
        raise BackupError(
            f"the database {connection.settings_dict['NAME']} is not empty: name a new one in DATABASE_URL"
        )


def _must_be_known(told: manifest.Manifest) -> None:
    known = MigrationLoader(None).disk_migrations
    strange = [f"{app} {name}" for app, name in told.migrations.items() if (app, name) not in known]
    if strange:
        raise BackupError(f"made by a later release, which has {strange[0]}: restore with that one")


def _newest_keys(folder: Folder, keys: Mapping[str, bytes]) -> Folder:
    """What was destroyed since is not in them, so what it sealed stays shut. Manifests say how old they are."""
    found = [each for each in (*all_backups(), folder) if each.size(KEYS) is not None]
    if not found:
        raise BackupError(f"no backup has {KEYS} any more: without keys nothing that people wrote can be read")
    return max(found, key=lambda each: manifest.read(each, keys).made_at)


def _differences(told: manifest.Manifest, *, same_keys: bool) -> list[str]:
    found = count_rows()
    left_out = set(told.without) | (set() if same_keys else {DataKey._meta.db_table})
    return [
        f"{name} has {found.get(name, 0)} rows, the backup {rows}"
        for name, rows in told.counts.items()
        if name not in left_out and found.get(name, 0) != rows
    ]
