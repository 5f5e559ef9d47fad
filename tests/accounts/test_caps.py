"""Caps as a process knows them, and what it holds against them in Redis."""

from collections.abc import Iterator

import pytest

from accounts.models import Cap
from accounts.spending import caps


@pytest.fixture(autouse=True)
def _no_caps_afterwards() -> Iterator[None]:
    yield
    caps._current = caps.NONE


@pytest.mark.django_db
def test_a_change_is_seen_whenever_it_says_that_it_was_made() -> None:
    Cap.objects.create(scope="platform", span="day", tokens=1_000)
    Cap.objects.create(scope="platform", span="month", tokens=1_000)
    caps.refresh()
    # Begun before the other and committed after it: no later time than was seen, and as many rows.
    Cap.objects.filter(span="day").update(tokens=2_000)
    assert sorted(limit.most for limit in caps.refresh().platform) == [1_000, 2_000]
