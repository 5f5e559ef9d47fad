"""What happens to somebody while a take-out of theirs is taken in: nobody waits for its end."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Persona, Restoration, User
from accounts.restore import services
from accounts.restore.file import open_file
from accounts.restore.guard import Brought
from accounts.restore.work import Work
from accounts.sanctions import impose
from moderation.services.news import look_for_news
from tests.factories import UserFactory
from tests.takeout.settler import bytes_of, of_a_settler


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
