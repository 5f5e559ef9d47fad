from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from accounts.models import User
from tests.chat.rooms.stage import RoomStage, person
from tests.stack import Server


@pytest_asyncio.fixture
async def rooms(server: Server) -> AsyncIterator[RoomStage]:
    """A stage for rooms on the shared server."""
    stage = RoomStage(server)
    yield stage
    await stage.close()


@pytest.fixture
def alice(db: None) -> User:
    return person("Alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("Bob")
