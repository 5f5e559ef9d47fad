"""A real copy of the database that follows it: what may be late is read there, and nothing else."""

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from accounts.models import User
from characters.models import Character, Visibility
from config.services import processes
from tests.chat.stage import Stage, in_database, mira
from tests.nodes.replica import Replica
from tests.observability.told import numbers_of, value
from tests.stack import Server, stack_environ


@pytest.fixture
def replica(committed: None) -> Iterator[Replica]:
    # Not in pytest's own folder, which whoever Postgres runs as may not enter.
    with tempfile.TemporaryDirectory(prefix="replica-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        made = Replica(stack_environ()["DATABASE_URL"], Path(folder, "home"))
        yield made
        if (made.data / "postmaster.pid").exists():
            made.stop()


def new(name: str) -> str:
    """One that nobody else has, also when the test is run again: what it makes stays."""
    return f"{name}{uuid4().hex[:8]}"


def public(name: str) -> None:
    Character.objects.filter(pk=mira("script-2", name=name).pk).update(visibility=Visibility.PUBLIC, rating="general")


def found(server: Server, name: str) -> bool:
    answer = httpx.get(f"{server.base_url}/", params={"q": name}, timeout=30)
    assert answer.status_code == 200
    return f">{name}<" in answer.text or f'alt="{name}' in answer.text


async def test_discover_is_read_from_the_copy_and_talks_from_the_database(
    replica: Replica, start_server: Callable[..., Server]
) -> None:
    server = await in_database(lambda: start_server(DATABASE_REPLICA_URL=replica.url))
    ottoline, perpetua, quirina = new("Ottoline"), new("Perpetua"), new("Quirina")
    await in_database(lambda: public(ottoline))
    assert await in_database(lambda: processes.wait_until(replica.caught_up, 20))
    assert found(server, ottoline)
    replica.follow(on=False)
    await in_database(lambda: public(perpetua))
    assert not found(server, perpetua), "it was read from the database itself"
    # Whoever has just come, and what they say, is there at once.
    stage = Stage(server)
    page = await stage.play("script-30")
    turn = await page.turn("I am Alice.")
    status, text = await stage.browser(stage.players[0]).get(f"/talks/{stage.talks[0].pk}/")
    assert status == 200
    assert turn.text[:20] in text
    await stage.close()
    replica.follow(on=True)
    assert processes.wait_until(lambda: found(server, perpetua), 20)
    replica.stop()
    await in_database(lambda: public(quirina))
    assert found(server, quirina), "without the copy the database itself answers"
    assert "replica_left_alone" in server.said()
    assert found(server, quirina)


async def test_a_copy_that_is_late_or_gone_is_told(replica: Replica, start_server: Callable[..., Server]) -> None:
    server = await in_database(lambda: start_server(DATABASE_REPLICA_URL=replica.url, REPLICA_LAG_SECONDS=1))

    def told() -> tuple[int, str | None, float | None, float]:
        status, ready = server.get_json("/readyz")
        figures = numbers_of(server.port)
        lag = figures.get(("dramatis_replica_lag_seconds", frozenset()))
        return status, ready["degraded"].get("replica"), lag, value(figures, "dramatis_service_up", service="replica")

    assert processes.wait_until(replica.caught_up, 20)
    await in_database(
        lambda: public(new("Rosalind"))
    )  # of a copy that has done nothing yet nobody knows how late it is
    assert processes.wait_until(replica.caught_up, 20)
    assert processes.wait_until(lambda: told() == (200, None, 0, 1), 20)
    replica.follow(on=False)
    theodora, winifred = new("Theodora"), new("Winifred")
    await in_database(lambda: public(theodora))
    assert processes.wait_until(lambda: (told()[1] or "").endswith(" s behind"), 20)
    status, _words, lag, up = told()
    assert (status, up) == (200, 1)
    assert lag is not None
    assert lag > 1
    assert found(server, theodora), "a copy known to be late is still read from"
    replica.follow(on=True)
    assert processes.wait_until(lambda: told() == (200, None, 0, 1), 20)
    replica.freeze(on=True)
    before = time.monotonic()
    assert told() == (200, "cannot be reached", None, 0)
    assert told() == (200, "cannot be reached", None, 0), "and nobody waits for the one that asks already"
    assert time.monotonic() - before < 30
    replica.freeze(on=False)
    assert processes.wait_until(lambda: told() == (200, None, 0, 1), 20)
    replica.promote()
    assert told() == (200, "it follows nobody", None, 0)
    # One that never saw it late, and is asked once how it is.
    fresh = await in_database(lambda: start_server(DATABASE_REPLICA_URL=replica.url))
    await in_database(lambda: public(winifred))
    assert fresh.get_json("/readyz")[1]["degraded"]["replica"] == "it follows nobody"
    assert found(fresh, winifred), "it is read from although it goes its own way"
    replica.stop()
    assert told() == (200, "cannot be reached", None, 0)


async def test_a_copy_that_has_done_nothing_since_its_start_is_late(
    replica: Replica, start_server: Callable[..., Server]
) -> None:
    replica.follow(on=False)
    server = await in_database(lambda: start_server(DATABASE_REPLICA_URL=replica.url, REPLICA_LAG_SECONDS=1))
    await in_database(lambda: public(new("Ursula")))
    with psycopg.connect(replica.url) as line:
        assert line.execute("select pg_last_xact_replay_timestamp()").fetchone() == (None,)
    degraded = server.get_json("/readyz")[1]["degraded"]
    assert degraded["replica"] == "has done nothing since its start"
    assert numbers_of(server.port)["dramatis_replica_lag_seconds", frozenset()] == math.inf


def test_rows_of_the_copy_are_written_to_the_database() -> None:
    from accounts.replica import Router, _lagging

    token = _lagging.set(True)
    router = Router()
    assert (router.db_for_read(Character), router.db_for_read(User)) == ("replica", "default")
    assert router.db_for_write(Character) == "default"
    _lagging.reset(token)
    assert router.db_for_read(Character, instance=Character()) == "default"
    assert not router.allow_migrate("replica", "characters")
