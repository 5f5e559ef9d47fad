from collections.abc import AsyncIterator

import pytest_asyncio

from tests.chat.rooms.stage import RoomStage
from tests.stack import Server


@pytest_asyncio.fixture
async def rooms(server: Server) -> AsyncIterator[RoomStage]:
    """A stage for rooms on the shared server."""
    stage = RoomStage(server)
    yield stage
    await stage.close()
