"""The stand-in runs as a real process on a free port of loopback: the network path is what is tested."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from redis.exceptions import ConnectionError as RedisIsAway

from accounts import scripts
from config.services.ports import free_port
from inference import shared
from inference.base import Abilities
from inference.catalogue import Offer
from inference.parser import Bounds
from inference.providers.anthropic import Anthropic
from inference.providers.lanes import Endpoint
from inference.providers.openai_compatible import OpenAICompatible
from inference.providers.retries import Retries
from inference.providers.served import Served
from inference.streams import Deadlines
from tests.inference.chains import Offering
from tests.inference.support import ROOT, Connect, StandinProcess, wait_until_open


@pytest.fixture(scope="session")
def standin() -> Iterator[StandinProcess]:
    port = free_port()
    command = [sys.executable, "-m", "inference.standin", "--port", str(port), "--ttft", "20", "--tps", "400"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        wait_until_open(port, process)
        yield StandinProcess(port, process)
    finally:
        process.terminate()
        process.wait(10)


@pytest_asyncio.fixture
async def connect(standin: StandinProcess) -> AsyncIterator[Connect]:
    """Clients of the stand-in, with deadlines short enough for a test and closed afterwards."""
    made: list[OpenAICompatible] = []

    def make(
        *,
        url: str | None = None,
        key: str = "test-key",
        deadlines: Deadlines | None = None,
        bounds: Bounds | None = None,
        retries: Retries | None = None,
        **more: Any,
    ) -> OpenAICompatible:
        endpoint = Endpoint(
            base_url=url or standin.url,
            key=key,
            deadlines=deadlines or Deadlines(first=2, between=2, total=10, connect=2),
            bounds=bounds or Bounds(),
            retries=retries or Retries(base=0.01),
            **more,
        )
        made.append(OpenAICompatible(endpoint))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


@pytest.fixture(params=["shared", "alone"])
def redis(request: pytest.FixtureRequest) -> Iterator[str]:
    """Everything that is kept in Redis has to work without it too, for one process."""

    async def away(*_: Any) -> None:
        raise RedisIsAway

    if request.param == "alone":
        shared.use(away)
    yield request.param
    shared.use(scripts.run_shared)


@pytest_asyncio.fixture
async def offering(standin: StandinProcess) -> AsyncIterator[Offering]:
    made: list[Served] = []

    def make(name: str, *, model: str, endpoint: UUID | None = None, **more: Any) -> Offer:
        address = Endpoint(
            f"http://127.0.0.1:{standin.port}/anthropic/v1",
            deadlines=Deadlines(first=0.5, between=0.5, total=5, connect=1),
            retries=Retries(times=0),
        )
        made.append(Anthropic(address))
        return Offer(name, model, made[-1], endpoint or uuid4(), Abilities(), **more)

    yield make
    for one in made:
        await one.aclose()
    await scripts.aclose()
