"""Somebody is erased while their archive is being put together, or one is taken in."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from accounts.ids import uuid7
from accounts.models import DataKey, Restoration, RestorationPiece, Takeout, TakeoutPiece, User
from accounts.privacy.going import go
from accounts.restore import services as restore
from accounts.takeout import services
from chat.models import Conversation, Message
from tests.chat.grown import Talk
from tests.chat.rooms.stage import person
from tests.takeout.settler import SITE
from tests.takeout.test_restore import packed

OWNED = (Conversation, Message, Takeout, TakeoutPiece, Restoration, RestorationPiece)
Row = tuple[str, Any]
WAITING = """
select count(*) from pg_locks l join pg_stat_activity a using (pid)
where not l.granted and a.datname = current_database()
"""


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path) -> None:
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.jsonl")


@pytest.fixture(autouse=True)
def begun_by_hand(monkeypatch) -> None:
    for each in (services, restore):
        monkeypatch.setattr(each, "queue_on_commit", lambda *_task: None)


@pytest.fixture
def strange(committed) -> set[Row]:
    """What other tests have left: nobody's business here."""
    return rows()


@pytest.fixture
def alice(strange) -> User:
    alice = person("Alice")
    Talk(alice).script("I keep bees.", "“How many?”")
    return alice


def rows() -> set[Row]:
    return {(model.__name__, pk) for model in OWNED for pk in model._default_manager.values_list("pk", flat=True)}


def left(user_id: UUID, strange: set[Row]) -> list[str]:
    named = [rows for rows in (User.objects.filter(pk=user_id), DataKey.objects.filter(owner=user_id)) if rows.exists()]
    return sorted({name for name, _pk in rows() - strange} | {rows.model.__name__ for rows in named})


@pytest.mark.parametrize("when", ["tick", "keep", "finish"])
def test_an_archive_of_somebody_who_is_gone_is_not_put_together(alice, strange, monkeypatch, mailoutbox, when) -> None:
    pk = alice.pk
    wanted = services.ask(user=alice, site=SITE, language="en")
    do = getattr(services._Keeper, when)

    def after_all_is_gone(keeper: services._Keeper, *given: object) -> None:
        if User.objects.filter(pk=pk).exists():
            go(alice)
        do(keeper, *given)

    monkeypatch.setattr(services._Keeper, when, after_all_is_gone)
    services.build(wanted.pk)
    assert left(pk, strange) == []
    assert mailoutbox == []


def test_a_piece_that_is_being_kept_is_waited_for_and_goes_too(alice, strange, monkeypatch) -> None:
    wanted = services.ask(user=alice, site=SITE, language="en")
    keep = TakeoutPiece.save
    goes_while(alice, strange, monkeypatch, TakeoutPiece, "save", keep, lambda: services.build(wanted.pk))


def test_what_is_being_taken_in_is_waited_for_and_goes_too(alice, strange, monkeypatch) -> None:
    data = packed({"personas": [{"id": str(uuid7()), "name": "Fox"}]})
    brought = restore.bring(user=alice, chunks=[data])
    goes_while(alice, strange, monkeypatch, restore, "_taken", restore._taken, lambda: restore.run(brought.pk))


def goes_while(
    user: User, strange: set[Row], monkeypatch, where: object, name: str, do: Callable, work: Callable[[], object]
) -> None:
    """The erasure begins when `do` is about to be done, and stands at a lock until its transaction ends."""
    pk, at_it, errors = user.pk, threading.Event(), []

    def once_it_waits(*given: object, **named: object) -> object:
        at_it.set()
        wait_for_the_other()
        return do(*given, **named)

    monkeypatch.setattr(where, name, once_it_waits)

    def erase() -> None:
        assert at_it.wait(60)
        go(user)

    def safely(each: Callable[[], object]) -> None:
        try:
            each()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=safely, args=[each]) for each in (work, erase)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    assert left(pk, strange) == []


def wait_for_the_other() -> None:
    deadline = threading.Event()
    for _try in range(400):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        deadline.wait(0.05)
    raise AssertionError("nobody waits")
