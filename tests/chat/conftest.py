from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from accounts.models import User
from tests.chat.stage import Stage
from tests.factories import UserFactory
from tests.stack import Server


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory()


@pytest.fixture
def bob(db: None) -> User:
    return UserFactory()


@pytest_asyncio.fixture
async def stage(server: Server, settings: Any) -> AsyncIterator[Stage]:
    """A stage on the shared server. The hour at which the tests run decides nothing."""
    settings.QUIET_HOURS = None
    stage = Stage(server)
    yield stage
    await stage.close()


@pytest.fixture
def log_from_here(server: Server) -> int:
    """How long the server's log was before the test."""
    return len(server.said())


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]
