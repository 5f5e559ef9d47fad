from collections.abc import AsyncIterator
from pathlib import Path

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
async def stage(server: Server) -> AsyncIterator[Stage]:
    """A stage on the shared server."""
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
