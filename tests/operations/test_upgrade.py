"""From the last release to this one, with data: `released/` is what it left (see leave_release.py)."""

import base64
import html
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from accounts.encryption import ciphers
from accounts.guests import BACKEND
from accounts.models import User
from chat.models import Conversation
from operations.backups import postgres
from operations.backups.counts import count_rows
from operations.soundness import problems
from tests.chat.stage import Stage, in_database, sign_in
from tests.operations.leave_release import FOLDER, KEYS
from tests.stack import Server, stack_environ
from tests.takeout.settler import section, taken_out

TOLD: dict[str, Any] = json.loads((FOLDER / "told.json").read_text())
# "table.column" -> why a migration may write another value into rows of the last release
REWRITTEN: dict[str, str] = {}
# In an archive: what is told anew with every one.
OF_THE_MOMENT = {"takeouts"}

Rows = dict[str, dict[str, Any]]  # by primary key, each as JSON


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The rows of each table that the last release had, before and after the migrations of this one."""

    before: dict[str, Rows]
    after: dict[str, Rows]


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Upgrade]:
    """The settings lead to the last release's database, brought to this one."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("create database upgraded")
        with keys_of_the_release(), used("upgraded"):
            postgres.restore([(FOLDER / "database.dump").read_bytes()], "--dbname=upgraded")
            before = {name: rows_of(name) for name in count_rows()}
            as_an_operator("migrate", "--noinput")
            after = {name: rows_of(name) for name in before}
            call_command("load_presets", verbosity=0)  # may write anew what is the house's own
            yield Upgrade(before, after)
        with connection.cursor() as cursor:
            cursor.execute("drop database upgraded with (force)")


@contextmanager
def keys_of_the_release() -> Iterator[None]:
    told = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in KEYS.items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MASTER_KEYS", KEYS)
        patch.setitem(os.environ, "MASTER_KEYS", told)
        yield


@contextmanager
def used(name: str) -> Iterator[None]:
    """The settings lead to this database, and so does whatever is started meanwhile."""
    usual = connection.settings_dict["NAME"]
    lead_to(name)
    yield
    lead_to(usual)


def lead_to(name: str) -> None:
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    ciphers.clear()
    ContentType.objects.clear_cache()


def as_an_operator(*arguments: str) -> None:
    """In a process of its own: nothing that this one knows of another database is taken for this one's."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=stack_environ(), capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stderr + done.stdout


def rows_of(table: str) -> Rows:
    """Every row of it by its primary key."""
    with connection.cursor() as cursor:
        keys = connection.introspection.get_primary_key_columns(cursor, table.strip('"'))
        assert keys, f"{table} has no key to find its rows by"
        cursor.execute(f"select row_to_json(t)::text from {table} t")
        found = [json.loads(row) for (row,) in cursor.fetchall()]
    return {json.dumps([row[key] for key in keys]): row for row in found}


def lost(table: str, before: Rows, after: Rows) -> Iterator[str]:
    """What of these rows is gone or says something else than it did."""
    for key, row in before.items():
        if key not in after:
            yield f"{table} {key} is gone"
            continue
        for column, value in row.items():
            if after[key].get(column) != value and f"{table}.{column}" not in REWRITTEN:
                yield f"{table}.{column} of {key}"


def test_there_is_something_to_be_brought_to_this_release(upgraded: Upgrade) -> None:
    """What these tests prove is what the migrations do that follow the dump, in tables with rows."""
    released: dict[str, str] = TOLD["migrations"]
    followed = [
        f"{app}.{name}"
        for app, name in MigrationRecorder(connection).applied_migrations()
        if name > released.get(app, "")
    ]
    assert followed, "write down a release after its tag, not what is being worked on (leave_release.py)"
    held = {column for rows in upgraded.before.values() for row in rows.values() for column in row}
    now = {column for rows in upgraded.after.values() for row in rows.values() for column in row}
    assert held < now, "no migration since changed a table that had rows"


def test_every_row_is_there_and_says_what_it_said(upgraded: Upgrade) -> None:
    filled = {name: rows for name, rows in upgraded.before.items() if rows}
    assert len(filled) > 80, sorted(set(upgraded.before) - set(filled))
    assert not [each for name, rows in filled.items() for each in lost(name, rows, upgraded.after[name])]


def test_what_is_lost_or_changed_is_noticed() -> None:
    before: Rows = {"1": {"id": "1", "title": "Bees"}, "2": {"id": "2", "title": "Snow"}}
    after: Rows = {"2": {"id": "2", "title": "Rain", "size": "3"}}
    assert list(lost("talk", before, after)) == ["talk 1 is gone", "talk.title of 2"]


def test_the_database_agrees_with_itself_and_wants_no_more_migrations(upgraded: Upgrade) -> None:
    assert problems() == []
    told = io.StringIO()
    call_command("verify", stdout=told)
    assert "agrees with itself" in told.getvalue()
    call_command("migrate", check_unapplied=True, verbosity=0)  # leaves with 1 where something is unapplied


def test_a_take_out_holds_all_that_it_held(upgraded: Upgrade) -> None:
    with zipfile.ZipFile(io.BytesIO((FOLDER / "takeout.zip").read_bytes())) as before:
        after = taken_out(User.objects.get(pk=TOLD["alice"]))
        assert set(before.namelist()) <= set(after.namelist())
        for name in before.namelist():
            if name.startswith("files/"):
                assert after.read(name) == before.read(name), name
        for of in sections(before) - OF_THE_MOMENT:
            told = section(after, of)
            for row in section(before, of):
                # Later ones say more of a row, and nothing else.
                assert any(all(each.get(name) == value for name, value in row.items()) for each in told), (of, row)


def sections(archive: zipfile.ZipFile) -> set[str]:
    return {
        name.removeprefix("data/").removesuffix(".jsonl") for name in archive.namelist() if name.startswith("data/")
    }


def test_every_page_that_alice_finds_opens(upgraded: Upgrade) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=TOLD["alice"]), backend=BACKEND)
    seen: dict[str, str] = {}
    asked, questions = ["/"], dict[str, str]()
    while asked:
        address = asked.pop()
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        seen[address] = "" if answer.streaming else answer.content.decode(errors="replace")
        found = set(links(seen[address], questions)) - set(seen) - set(asked)
        asked += sorted(found)
    whole = "".join(seen.values())
    assert len(seen) > 50, sorted(seen)
    assert len(questions) > 3, questions
    for text in ("What the bees know", "I keep bees.", "Rosa", "Alice keeps bees", "The harbour", "Winter"):
        assert text in whole, text


def links(page: str, questions: dict[str, str]) -> Iterator[str]:
    """Addresses of this site; of each path with a question mark the first one that `questions` is told of."""
    for found in re.findall(r'<a\b[^>]*\shref="(/[^"#]*)', page):
        address = html.unescape(found)
        path, _mark, query = address.partition("?")
        if "/logout/" in path or path.startswith(("/static/", "/api/")):
            continue
        if not query or questions.setdefault(path, address) == address:
            yield address


@pytest.mark.parametrize("number", range(len(TOLD["talks"])))
async def test_a_talk_is_read_and_goes_on(upgraded: Upgrade, number: int, start_server: Callable[..., Server]) -> None:
    told = TOLD["talks"][number]
    stage = Stage(start_server())
    talk, player = await in_database(
        lambda: (Conversation.objects.get(pk=told["talk"]), sign_in(User.objects.get(pk=told["user"])))
    )
    page = await stage.open(talk, player)
    assert [each.text for each in await stage.messages(talk)] == told["said"]
    status, text = await stage.browser(player).get(f"/talks/{talk.pk}/")
    assert status == 200
    assert told["said"][1] in text
    turn = await page.turn("And now?")
    assert turn.text
    assert [each.text for each in await stage.messages(talk)] == [*told["said"], "And now?", turn.text]
    await stage.close()
