"""What a release leaves in a database, for the tests of later ones: `released/database.dump` and what is in it.

Run in a checkout of the release, before its tag:

    .venv/bin/python -m pytest -q tests/operations/leave_release.py

The database holds the presets, Alice, who has something of everything a person can have, a stranger with a row in every
table that is somebody's, and two talks over real sockets. All of it is sealed under KEYS.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from accounts.models import User
from accounts.privacy.holdings import personal
from characters.models import Character
from characters.selectors import edition_of
from chat.models import Message, Revision
from chat.services.conversations import start_conversation
from memory.models import Memory
from operations.backups import postgres
from tests.accounts.canary import Canary
from tests.chat.rooms.stage import person
from tests.chat.stage import Stage, in_database, mira
from tests.stack import Server
from tests.takeout.settler import bytes_of, settler, taken_out

FOLDER = Path(__file__).with_name("released")
SEALED: dict[type[Model], str] = {Message: "body", Revision: "body", Memory: "text"}
KEYS = {"released": b"for a release left to its tests!"}


def stranger() -> User:
    """With a row in every table that is somebody's."""
    user, character = person("Stranger"), mira("echo-prompt")
    Character.objects.filter(pk=character.pk).update(owner=user, visibility="private")
    talk = start_conversation(owner=user, character=character, version=edition_of(character))
    Canary(user, character, talk, talk.key, edition_of(character)).be_everywhere()
    for holding in personal():
        # They hold a mark where sealed text belongs, which no key opens.
        if column := SEALED.get(holding.rows):
            holding.of(user).update(**{column: b""})
    return user


async def spoken(server: Server) -> list[dict[str, Any]]:
    """Of each talk: whose, which, and what was said in the order it was said."""
    stage = Stage(server)
    for line in ("I am Alice.", "我叫爱丽丝。"):
        page = await stage.play("script-30")
        assert (await page.turn(line)).text
    told = [
        {
            "user": str(player.user.pk),
            "talk": str(talk.pk),
            "said": [each.text for each in await stage.messages(talk)],
        }
        for player, talk in zip(stage.players, stage.talks, strict=True)
    ]
    await stage.close()
    return told


@pytest.mark.timeout(300)
async def test_leave_what_this_release_has(server: Server) -> None:
    talks = await spoken(server)
    FOLDER.mkdir(exist_ok=True)
    await in_database(lambda: write(talks))


def write(talks: list[dict[str, Any]]) -> None:
    stranger()
    alice = settler()
    (FOLDER / "takeout.zip").write_bytes(bytes_of(taken_out(alice)))
    settings.MASTER_KEYS = KEYS | settings.MASTER_KEYS
    call_command("rotate_master_key")
    pieces = postgres.dumped("--format=custom", "--compress=9", "--no-owner", "--no-privileges")
    (FOLDER / "database.dump").write_bytes(b"".join(pieces))
    last = dict(sorted(MigrationRecorder(connection).applied_migrations()))
    told = {"alice": str(alice.pk), "talks": talks, "migrations": last}
    (FOLDER / "told.json").write_text(json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
