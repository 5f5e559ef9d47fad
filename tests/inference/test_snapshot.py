"""What a process knows of rows: read once, again when they have changed, and true for as long as nobody can look."""

from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg.sql import SQL

from inference import snapshot
from inference.snapshot import Snapshot


@pytest.fixture
def made() -> Iterator[list[Snapshot[int]]]:
    """Two that are asked one after the other; what a test makes is looked at with the product's own."""
    before = list(snapshot._all)
    yield snapshot._all
    snapshot._all[:] = before


class Rows:
    """Something that is stored, and how often it was read."""

    def __init__(self, name: str) -> None:
        self.setting, self.reads = f"tests.{name}", 0
        self.mark = SQL("current_setting({})").format(self.setting)  # an error before it is set

    def change(self, mark: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select set_config(%s, %s, false)", [self.setting, str(mark)])
        self.stored = mark

    def read(self) -> int:
        self.reads += 1
        return self.stored * 10


def test_it_is_read_again_when_its_mark_has_moved_and_not_before(made, committed: None) -> None:
    rows = Rows("moved")
    rows.change(1)
    known = Snapshot("rows", mark=rows.mark, read=rows.read, empty=0)
    assert (known.current, known.refresh(), known.refresh(), rows.reads) == (0, 10, 10, 1)
    rows.change(2)
    assert (known.refresh(older_than=60), known.refresh(), rows.reads) == (10, 20, 2)


def test_one_that_cannot_be_read_keeps_what_it_has_and_no_other_from_its_own(made, committed: None) -> None:
    away, there = Rows("away"), Rows("there")
    there.change(1)
    lost = Snapshot("lost", mark=away.mark, read=away.read, empty=0)
    other = Snapshot("other", mark=there.mark, read=there.read, empty=0)
    snapshot.refresh_all()
    assert (lost.current, other.current) == (0, 10)
    away.change(1)
    snapshot.refresh_all()
    there.change(2)
    connection.close()  # what it was set to goes with it
    there.change(2)
    snapshot.refresh_all()
    assert (lost.current, other.current) == (10, 20)


def test_all_are_looked_at_by_one_statement(committed: None, django_assert_num_queries) -> None:
    snapshot.refresh_all()
    with django_assert_num_queries(1):
        snapshot.refresh_all()
    with django_assert_num_queries(0):
        snapshot.refresh_all(older_than=60)
