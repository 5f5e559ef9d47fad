"""What a process knows of rows: read once, again when they have changed, and true for as long as nobody can look."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError

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

    def __init__(self) -> None:
        self.mark, self.reads, self.away = 1, 0, False

    def ask(self) -> int:
        if self.away:
            raise OperationalError
        return self.mark

    def read(self) -> int:
        self.reads += 1
        return self.mark * 10


def test_it_is_read_again_when_its_mark_has_moved_and_not_before(made) -> None:
    rows = Rows()
    known = Snapshot("rows", mark=rows.ask, read=rows.read, empty=0)
    assert (known.current, known.refresh(), known.refresh(), rows.reads) == (0, 10, 10, 1)
    rows.mark = 2
    assert (known.refresh(older_than=60), known.refresh(), rows.reads) == (10, 20, 2)


@pytest.mark.django_db
def test_one_that_cannot_be_read_keeps_what_it_has_and_no_other_from_its_own(made) -> None:
    away, there = Rows(), Rows()
    lost = Snapshot("lost", mark=away.ask, read=away.read, empty=0)
    other = Snapshot("other", mark=there.ask, read=there.read, empty=0)
    snapshot.refresh_all()
    away.away, there.mark = True, 2
    snapshot.refresh_all()
    assert (lost.current, other.current) == (10, 20)
