from collections.abc import Iterator

import pytest

from inference.live import known
from inference.models import PromptMove, PromptVersion


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """What a test put in force is gone with its transaction."""
    yield
    known.forget()


@pytest.fixture
def nothing_written(db: None) -> None:
    """Whatever tests that commit have left."""
    PromptMove.objects.all().delete()
    PromptVersion.objects.filter(shipped=False).delete()
