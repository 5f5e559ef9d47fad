"""The stand-in runs as a real process on a free port of loopback: the network path is what is tested."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from config.services.processes import free_port
from inference.parser import Bounds
from inference.providers.lanes import Endpoint
from inference.providers.openai_compatible import OpenAICompatible
from inference.providers.retries import Retries
from inference.streams import Deadlines
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
