"""The whole way: a backup while people talk, an empty database, everything back."""

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts.encryption import Place, cipher_for, ciphers, key_id_of
from accounts.ids import uuid7
from accounts.models import DataKey
from accounts.privacy.going import go
from characters.services import create_character
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from operations.backups import manifest
from operations.backups.key_rows import bring_back, copied
from operations.backups.names import DATABASE, KEYS, MANIFEST, STAMP
from operations.backups.taking import prune, take
from operations.soundness import problems
from tests.chat.stage import Stage, in_database
from tests.factories import UserFactory
from tests.stack import Server, stack_environ

BACKUP_KEYS = f"k1:{base64.b64encode(bytes(32)).decode()}"
TALKERS = 4


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_KEYS = {"k1": bytes(32)}
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.jsonl")
    return tmp_path


@pytest.fixture
def empty_database(committed: None) -> Iterator[str]:
    """The address of a database with nothing in it."""
    whole = urlsplit(stack_environ()["DATABASE_URL"])
    with psycopg.connect(urlunsplit(whole), autocommit=True) as line:
        line.execute("drop database if exists restored")
        line.execute("create database restored")
        yield urlunsplit(whole._replace(path="/restored"))
        line.execute("drop database restored with (force)")


def manage(*arguments: str, database: str, place: Path) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {
        "DATABASE_URL": database,
        "BACKUP_DIR": settings.BACKUP_DIR,
        "BACKUP_KEYS": BACKUP_KEYS,
        "ERASURE_LEDGER": str(place / "erasures.jsonl"),
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False, timeout=110
    )


async def test_a_backup_under_load_comes_back_whole_and_without_who_was_erased_since(
    server: Server, place: Path, empty_database: str
) -> None:
    stage = Stage(server)
    pages = [await stage.play("ok-30tps") for _number in range(TALKERS)]
    gone = await stage.play("script-30")
    said = await gone.turn("I am Alice.")
    talking = [asyncio.create_task(page.turn("Go on.")) for page in pages]
    folder = await in_database(take)
    for turn in await asyncio.gather(*talking):
        assert turn.text
    before = {str(row.pk): row.body for row in await in_database(lambda: list(Message.objects.all()))}
    erased = stage.players[-1].user.pk
    await in_database(lambda: go(stage.players[-1].user))
    await stage.close()

    done = await asyncio.to_thread(manage, "restore", str(folder), database=empty_database, place=place)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "whole and sound" in done.stdout

    told = manifest.read(folder, {"k1": bytes(32)})
    with psycopg.connect(empty_database) as line:
        rows = line.execute("select id, conversation_id, body from chat_message").fetchall()
        people = {pk for (pk,) in line.execute("select id from accounts_user").fetchall()}
        sessions = line.execute("select count(*) from accounts_session").fetchone()
    assert erased not in people
    assert {player.user.pk for player in stage.players[:-1]} <= people
    # All but the two lines and the greeting of who was erased.
    assert len(rows) == told.counts["chat_message"] - 3
    ours = {talk.pk for talk in stage.talks}  # other tests' talks may be sealed
    found = {str(pk): body for pk, talk_id, body in rows if talk_id in ours}
    assert said.message_id not in found
    assert sessions == (0,)
    for text in await in_database(lambda: texts_of(found)):
        assert text
    lines = {pk: body for pk, body in before.items() if pk in found and len(body) == len(found[pk])}
    assert await in_database(lambda: texts_of(lines)) == await in_database(
        lambda: texts_of({pk: found[pk] for pk in lines})
    )
    # What was under way is in it as far as it was said; all players' own lines are.
    assert len(lines) >= len(found) - TALKERS


def texts_of(bodies: dict[str, bytes]) -> list[str]:
    ciphers.clear()
    return [cipher_for(key_id_of(body)).open(body, Place("message", UUID(pk))) for pk, body in bodies.items()]


def test_a_database_with_something_in_it_is_not_restored_into(committed: None, place: Path) -> None:
    folder = take()
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(folder))


def test_a_backup_that_was_changed_or_is_cut_off_is_told(committed: None, place: Path) -> None:
    folder = Path(str(take()))
    call_command("verify", str(folder))
    with (folder / KEYS).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"x")
    with pytest.raises(CommandError, match=KEYS):
        call_command("verify", str(folder))
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(CommandError, match=MANIFEST):
        call_command("verify", str(folder))


def test_a_backup_of_a_later_release_is_refused_before_anything_is_written(
    committed: None, place: Path, empty_database: str
) -> None:
    folder = take()
    told = manifest.read(folder, {"k1": bytes(32)})
    folder.delete(MANIFEST)
    replace(told, migrations=told.migrations | {"chat": "9999_of_tomorrow"}).write(folder, {"k1": bytes(32)})
    done = manage("restore", str(folder), database=empty_database, place=place)
    assert "made by a later release, which has chat 9999_of_tomorrow" in done.stderr
    with psycopg.connect(empty_database) as line:
        assert line.execute("select count(*) from pg_class where relname = 'accounts_user'").fetchone() == (0,)


def test_keys_of_a_later_release_fit_and_those_of_later_people_are_left_out(db: None) -> None:
    owner, later = UserFactory(), UserFactory()
    edition = {"name": "Mira", "greetings": ["Evening."]}
    character = create_character(owner=owner, editions={"en": edition})
    talks = [start_conversation(owner=owner, character=character, version=character.published) for _each in range(2)]
    rows = b"".join(copied()).decode().splitlines()
    kept = [line for line in rows[1:] if str(talks[1].key_id) not in line]
    told = "\n".join([f"{rows[0]},of_tomorrow", *(f"{line},x" for line in kept)]) + "\n"
    assert str(later.pk) in told
    told = told.replace(str(later.pk), str(uuid7()))  # who is not among the people of the backup
    secret = bytes(DataKey.objects.get(pk=talks[0].key_id).wrapped)
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")  # as while rows are restored: no constraint yet
        cursor.execute("delete from accounts_datakey")
        bring_back([told.encode()])
        cursor.execute("set session_replication_role = default")
    assert bytes(DataKey.objects.get(pk=talks[0].key_id).wrapped) == secret
    shut = DataKey.objects.get(pk=talks[1].key_id)
    assert (bytes(shut.wrapped), shut.owner_id, shut.destroyed_at is None) == (b"", owner.pk, False)
    assert not DataKey.objects.filter(owner=later.pk).exists()


def test_nothing_in_the_files_can_be_read(committed: None, place: Path) -> None:
    address = UserFactory().email.encode()
    folder = Path(str(take()))
    assert all(address not in path.read_bytes() for path in folder.iterdir())
    assert {path.name for path in folder.iterdir()} == {DATABASE, KEYS, MANIFEST}


def test_keys_go_before_the_rest_and_the_newest_backup_stays(committed: None, place: Path, settings: Any) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for days in (40, 10, 3, 2):
        folder = Path(settings.BACKUP_DIR, (now - timedelta(days=days)).strftime(STAMP))
        folder.mkdir(parents=True)
        for name in (DATABASE, KEYS, MANIFEST):
            (folder / name).touch()
    settings.BACKUP_DAYS, settings.KEYS_BACKUP_DAYS = 35, 7
    for days in (2, 0):  # one that a killed process left, and one that is being taken
        Path(settings.BACKUP_DIR, f"{(now - timedelta(days=days)).strftime(STAMP)}.unfinished").mkdir()
    assert prune(now) == ["20260227T000000Z.unfinished", "20260120T000000Z", f"20260219T000000Z/{KEYS}"]
    Path(settings.BACKUP_DIR, "20260301T000000Z.unfinished").rmdir()
    assert prune(now + timedelta(days=90)) == ["20260219T000000Z", "20260226T000000Z"]
    assert [path.name for path in Path(settings.BACKUP_DIR).iterdir()] == ["20260227T000000Z"]


@pytest.mark.parametrize("missing", ["BACKUP_DIR", "BACKUP_KEYS"])
def test_the_setting_that_is_missing_is_named(place: Path, settings: Any, missing: str) -> None:
    setattr(settings, missing, "")
    with pytest.raises(CommandError, match=missing):
        call_command("backup")


def test_what_does_not_agree_is_named_with_its_id(db: None) -> None:
    owner = UserFactory()
    edition = {"name": "Mira", "greetings": ["Evening."]}
    character = create_character(owner=owner, editions={"en": edition})
    talk = start_conversation(owner=owner, character=character, version=character.published)
    assert problems() == []
    stranger = uuid7()
    line = Message.objects.create(conversation=talk, parent_id=stranger, role="player", body=b"\x01" + bytes(16) + b"-")
    Conversation.objects.filter(pk=talk.pk).update(head=uuid7())
    told = problems()
    assert [problem.partition(":")[0].partition(" ")[2] for problem in told] == [
        "lines whose parent is missing",
        "talks whose head is no line of theirs",
        "messages sealed under a key that is not there",
    ]
    assert str(line.pk) in told[0]
    assert str(talk.pk) in told[1]
    with pytest.raises(CommandError, match="does not agree"):
        call_command("verify")
