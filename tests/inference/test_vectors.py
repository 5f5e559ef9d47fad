"""Embeddings by our own reader: every failure has a cause, and the SDK stays out of the process."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from inference.base import BrokenStream, ModelError, ModelUnavailable, RateLimitedByModel, Refused, Unreachable
from inference.providers.lanes import Endpoint
from inference.providers.openai_compatible import OpenAICompatible
from inference.providers.retries import Retries


@pytest_asyncio.fixture
async def answering() -> AsyncIterator[Callable[..., object]]:
    """answering(status, body): a model whose server always says this."""
    servers, models = [], []

    async def start(status: int, body: bytes, headers: str = "") -> OpenAICompatible:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        model = OpenAICompatible(Endpoint(f"http://127.0.0.1:{port}/v1", retries=Retries(times=0)))
        models.append(model)
        return model

    yield start
    for model in models:
        await model.aclose()
    for server in servers:
        server.close()


def vectors(*values: list[float]) -> bytes:
    return json.dumps({"data": [{"index": i, "embedding": each} for i, each in enumerate(values)]}).encode()


async def test_vectors_come_in_the_order_of_the_texts(answering):
    body = json.dumps({"data": [{"index": 1, "embedding": [2]}, {"index": 0, "embedding": [1.5]}]}).encode()
    model = await answering(200, body)
    assert await model.embed(["a", "b"], model="m") == [[1.5], [2.0]]


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (200, vectors([1.0]), BrokenStream, "malformed"),
        (200, b"<html>", BrokenStream, "malformed"),
        (200, b'{"data": null}', BrokenStream, "malformed"),
        (200, b'{"data": [{"embedding": "AAAA"}, {"embedding": "AAAA"}]}', BrokenStream, "malformed"),
        (401, b"{}", Refused, "model_bad_key"),
        (404, b"{}", Refused, "model_unknown"),
        (429, b"{}", RateLimitedByModel, "model_rate_limited"),
        (503, b"", ModelUnavailable, "model_unavailable"),
        (302, b"", Refused, "model_refused"),
    ],
)
async def test_failures_have_a_cause(answering, status: int, body: bytes, error: type[ModelError], code: str):
    model = await answering(status, body, "Location: http://127.0.0.1:9/\r\n" if status == 302 else "")
    with pytest.raises(error) as raised:
        await model.embed(["a", "b"], model="m")
    assert raised.value.code == code


async def test_nobody_there_is_unreachable():
    model = OpenAICompatible(Endpoint("http://127.0.0.1:9/v1", retries=Retries(times=0)))
    with pytest.raises(Unreachable):
        await model.embed(["a"], model="m")
    await model.aclose()


def test_the_sdk_is_not_needed_for_it():
    asked = (
        "import asyncio, sys\n"
        "from inference.providers.lanes import Endpoint\n"
        "from inference.providers.openai_compatible import OpenAICompatible\n"
        "async def ask():\n"
        "    model = OpenAICompatible(Endpoint('http://127.0.0.1:9/v1'))\n"
        "    try: await model.embed(['a'], model='m')\n"
        "    except Exception as error: print(type(error).__name__)\n"
        "    await model.aclose()\n"
        "asyncio.run(ask())\n"
        "print('openai' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["Unreachable", "False"]
