"""What happens to somebody while a take-out of theirs is taken in: nobody waits for its end."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.ids import uuid7
from accounts.models import Persona, Restoration, RestorationPiece, User
from accounts.restore import services
from accounts.restore.file import open_file
from accounts.restore.guard import Brought
from accounts.restore.work import Work
from accounts.sanctions import impose
from moderation.services.news import look_for_news
from tests.factories import UserFactory
from tests.takeout.settler import bytes_of, of_a_settler
from tests.takeout.test_restore import packed


@pytest.fixture(autouse=True)
def begun_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "queue_on_commit", lambda *_task: None)


@pytest.fixture
def heir(committed: None) -> Iterator[User]:
    heir = UserFactory(language="")
    yield heir
    Restoration.objects.filter(user=heir).delete()


def beside(do: Callable[[], Any]) -> Any:
    """In a connection of its own, which waits for no lock."""

    def work() -> Any:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("set local lock_timeout = '1s'")
                return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(60)


def a_fox(user: User) -> Restoration:
    return services.bring(user=user, chunks=[packed({"personas": [{"id": str(uuid7()), "name": "Fox"}]})])


def test_who_decides_about_an_account_does_not_wait_for_what_it_takes_in(heir: User) -> None:
    moderator = UserFactory()
    row = services.bring(user=heir, chunks=[bytes_of(of_a_settler())])
    until = timezone.now() + timedelta(days=2)
    with transaction.atomic():
        Work(heir, Brought(open_file(row)), lambda: None).run()
        assert Persona.objects.filter(user=heir, name="The Fox").exists()
        sanction = beside(lambda: impose(user=heir, kind="suspended", rule="spam", by=moderator, until=until))
        beside(lambda: look_for_news([heir.pk]))
        transaction.set_rollback(True)
    assert sanction.until == until
    assert not User.objects.get(pk=heir.pk).is_active


@pytest.mark.parametrize("where", ["_counted", "_finish"])
def test_one_that_is_called_off_stops_and_leaves_nothing(
    heir: User, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    row, do, ended = a_fox(heir), getattr(services, where), list[Any]()

    def after_it_is_called_off(*given: Any) -> Any:
        beside(partial(services.call_off, user=heir, restoration_id=row.pk))
        return do(*given)

    monkeypatch.setattr(services, "keep_language", ended.append)
    monkeypatch.setattr(services, where, after_it_is_called_off)
    services.run(row.pk)
    assert len(ended) == (where == "_finish"), "what is called off early stops early"
    assert not Restoration.objects.filter(user=heir).exists()
    assert not RestorationPiece.objects.filter(of=row.pk).exists()
    assert not Persona.objects.filter(user=heir, name="Fox").exists()


def test_a_second_task_leaves_the_first_alone(heir: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row, taken = a_fox(heir), services._taken
    quiet = Restoration.objects.filter(pk=row.pk)

    def begun_twice(running: Restoration) -> services.Report:
        beside(lambda: quiet.update(touched_at=timezone.now() - services.QUIET * 2))
        assert row.pk in beside(services.left_behind), "nobody tells of it yet, and the sweep does not wait"
        beside(lambda: services.run(row.pk))
        return taken(running)

    monkeypatch.setattr(services, "_taken", begun_twice)
    services.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 1)
    assert Persona.objects.filter(user=heir, name="Fox").count() == 1
