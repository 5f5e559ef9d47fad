"""Postgres behind PgBouncer, which gives every transaction another connection: nothing of ours may outlast one."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import spoken
from tests.chat.stage import Stage, in_database, script
from tests.nodes.pgbouncer import Pooler
from tests.stack import Server, stack_environ

TALKS = 6
# What a session keeps, and a transaction does not.
KEPT = "select count(*) from pg_prepared_statements"
HELD = (
    "select count(*) from pg_locks where locktype = 'advisory'"
    " and database = (select oid from pg_database where datname = current_database())"
)


@pytest.fixture
def pooler(committed: None) -> Iterator[Pooler]:
    with tempfile.TemporaryDirectory(prefix="dramatis-pooler-") as folder:
        pooler = Pooler(stack_environ()["DATABASE_URL"], Path(folder))
        yield pooler
        pooler.stop()


async def test_talks_go_on_through_a_pooler(pooler: Pooler, start_server: Callable[..., Server]) -> None:
    server = await in_database(lambda: start_server(DATABASE_URL=pooler.url, DATABASE_POOLED=1))
    stage = Stage(server)
    pages = await asyncio.gather(*(stage.play("script-20") for _number in range(TALKS)))
    # More often than psycopg waits before it prepares a statement.
    for _round in range(8):
        for turn in await asyncio.gather(*(page.turn("Go on.") for page in pages)):
            assert spoken(turn.chunks) == turn.text == script(20)
    talk = stage.talks[0]
    [player] = [each for each in stage.players if each.user.pk == talk.owner_id]
    for path in (f"/talks/{talk.pk}/", "/talks/", "/talks/search/", "/"):
        assert (await stage.browser(player).get(path))[0] == 200, path
    with psycopg.connect(pooler.url, prepare_threshold=None) as line:
        assert [line.execute(told).fetchone() for told in (KEPT, HELD)] == [(0,), (0,)]
    await stage.close()
    await assert_settled(stage)
    assert_no_failure(server)


def test_a_backup_is_taken_beside_the_pooler(pooler: Pooler, tmp_path: Path) -> None:
    """`pg_dump` sets things that last as long as their connection: others would find no table any more."""
    direct = stack_environ()["DATABASE_URL"]
    environ = os.environ | {
        "DATABASE_URL": pooler.url,
        "DATABASE_POOLED": "true",
        "DATABASE_DIRECT_URL": direct,
        "BACKUP_DIR": str(tmp_path),
        "BACKUP_KEYS": "k1:" + "A" * 43 + "=",
    }
    command = [sys.executable, "manage.py", "backup"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # It leaves amid its transaction, which a pooler notices.
    assert "server was not ready" not in (pooler.folder / "log").read_text()
