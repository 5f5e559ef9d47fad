from collections.abc import Iterator

import pytest

from inference.live import _InForce


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """What a test put in force is gone with its transaction."""
    yield
    _InForce.shelf, _InForce.mark = None, frozenset()
