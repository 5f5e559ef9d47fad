"""Two who change the same template at once, with real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from inference.models import PromptMove, PromptVersion
from inference.prompts import Unfit, shipped
from inference.services.prompts import promote_version, write_version

NAME = "characters.paint"


@pytest.fixture
def nothing_left(committed: None) -> Iterator[None]:
    yield
    PromptVersion.objects.filter(name=NAME, shipped=False).delete()
    PromptMove.objects.filter(name=NAME).delete()


def written(version: str) -> PromptVersion:
    source = shipped().sources[NAME]
    return write_version(name=NAME, text=source.text.replace(f"version: {source.version}", f"version: {version}"))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return work()
        except Unfit as unfit:
            return unfit
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_a_version_that_two_write_at_once_is_one_s(nothing_left: None):
    answers = at_once(*[lambda: written("9.0.0")] * 4)
    refused = [each for each in answers if isinstance(each, Unfit)]
    assert len(refused) == 3
    assert all("already" in str(each) for each in refused)
    assert PromptVersion.objects.filter(name=NAME, version="9.0.0").count() == 1


def test_of_two_that_are_put_in_force_at_once_the_second_follows_the_first(nothing_left: None):
    rows = [written(f"9.0.{number}") for number in range(4)]
    at_once(*[lambda row=row: promote_version(version=row) for row in rows])
    moves = list(PromptMove.objects.filter(name=NAME).order_by("id"))
    told = {move.before: move.after for move in moves}
    assert len(told) == 4
    version = ""
    for _ in moves:
        version = told[version]
    assert PromptVersion.objects.get(name=NAME, state="live").version == version
