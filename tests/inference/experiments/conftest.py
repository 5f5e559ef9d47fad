from collections.abc import Iterator

import pytest

from inference import live
from inference.experiments.running import known


@pytest.fixture(autouse=True)
def none_runs() -> Iterator[None]:
    """What a test started is gone with its transaction."""
    yield
    known.forget()
    live.known.forget()
