from collections.abc import AsyncIterator

import pytest_asyncio

from tests.chat.plays.stage import PlayStage
from tests.stack import Server


@pytest_asyncio.fixture
async def plays(server: Server) -> AsyncIterator[PlayStage]:
    stage = PlayStage(server)
    yield stage
    await stage.close()
