"""A backup that is restored after somebody went: it cannot be read, and the ledger erases them again."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from accounts.encryption import Place, cipher_for, ciphers, key_id_of
from accounts.errors import ContentLost
from accounts.models import DataKey, User
from accounts.privacy.going import go
from accounts.sealed_columns import columns
from config.services import place
from config.services.place import Identity
from operations.backups import taking
from tests.accounts.canary import Canary
from tests.accounts.test_rotation import sealed  # noqa: F401  a fixture


def tool(name: str, *arguments: str, database: str) -> bytes:
    """One of the programs that come with the server of this process."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environ = os.environ | {"PGPASSWORD": url.password or "", "PGHOST": str(url.hostname), "PGPORT": str(url.port)}
    command = [str(place.postgres_binaries(Identity.current()) / name), "-U", str(url.username), *arguments, database]
    return subprocess.run(command, env=environ, check=True, capture_output=True, timeout=120).stdout


def address_of(database: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


@pytest.fixture
def empty() -> Iterator[str]:
    """The name of an empty database."""
    name = f"restored_{os.getpid()}"
    tool("createdb", database=name)
    yield name
    tool("dropdb", "--force", database=name)


@pytest.fixture
def backups(settings: Any, tmp_path: Path) -> dict[str, str]:
    """What a process is told that takes or restores them."""
    settings.BACKUP_DIR, settings.BACKUP_KEYS = str(tmp_path / "backups"), {"k1": bytes(32)}
    settings.ERASURE_LEDGER = str(tmp_path / "ledger" / "erasures.jsonl")
    keys = f"k1:{base64.b64encode(bytes(32)).decode()}"
    return {"BACKUP_DIR": settings.BACKUP_DIR, "BACKUP_KEYS": keys, "ERASURE_LEDGER": settings.ERASURE_LEDGER}


@pytest.mark.long  # it empties the database, the presets with it
@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_cannot_be_read_and_is_erased_again(
    sealed: tuple[Canary, list[Any]],  # noqa: F811
    empty: str,
    backups: dict[str, str],
) -> None:
    canary, values = sealed
    written = tool("pg_dump", "--exclude-table-data=accounts_datakey", database=connection.settings_dict["NAME"])
    for mark in (canary.mark, canary.mark.encode().hex()):
        assert mark.encode() not in written, "who has the dump reads nothing of it without the keys"
    before = taking.take()
    pk, others = canary.user.pk, User.objects.exclude(pk=canary.user.pk).count()
    go(canary.user)
    ciphers.clear()
    taking.take()
    # The keys that a restore takes are the newest: nothing that was theirs opens by them.
    for column, _key, row, blob in values:
        assert key_id_of(bytes(blob)).hex.encode() in written
        with pytest.raises(ContentLost):
            cipher_for(key_id_of(bytes(blob))).open(bytes(blob), Place(column.place, row))
    assert not DataKey.objects.filter(owner=pk).exists()
    command = [sys.executable, "manage.py", "restore", str(before)]
    environ = os.environ | {"DATABASE_URL": address_of(empty)} | backups
    done = subprocess.run(
        command, env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=120
    )
    assert pk.hex not in done.stdout + done.stderr
    with psycopg.connect(address_of(empty), autocommit=True) as there:
        assert there.execute("select count(*) from accounts_user").fetchone() == (others,), done.stderr[-2_000:]
        assert there.execute("select count(*) from accounts_erasure").fetchone() == (1,)
        for column in columns():
            left = there.execute(f'select count(*) from "{column.table}" where length("{column.name}") > 17')
            assert left.fetchone() == (0,), column
