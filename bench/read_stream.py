"""What it costs to read one chunk of a model's stream: our reader, bare aiohttp with msgspec, the `openai` client.

All three read the same stand-in in the same run, in turns; CPU of this process only, medians of the rounds.

    python -m bench.read_stream [--rounds N]
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import msgspec

from inference.base import ChatRequest, Line
from inference.providers.lanes import Endpoint
from inference.providers.openai_compatible import OpenAICompatible
from inference.wire import Chunk

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop

# (name, model, parallel replies, chunks of each): paced is what production looks like, burst what a cache does.
LOADS = (
    ("paced", "sim-ttft0-tps40-n100", 40, 100),
    ("burst", "sim-ttft0-tps0-n200", 16, 200),
)
GOALS = {"paced": 1.5, "burst": 1.5}
MESSAGES = [{"role": "user", "content": "Tell me about the rain."}]
Read = Callable[[str], Awaitable[int]]


def run(rounds: int = 3) -> list[dict[str, Any]]:
    """One row per load and way: microseconds of CPU a chunk, and the ratio to bare aiohttp."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "inference.standin", "--port", str(port), "--keep", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    cores = sorted(os.sched_getaffinity(0))
    try:
        wait_until_open(port)
        if len(cores) > 1:
            os.sched_setaffinity(process.pid, {cores[1]})
            os.sched_setaffinity(0, {cores[0]})
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(compare(f"http://127.0.0.1:{port}/v1", rounds))
    finally:
        os.sched_setaffinity(0, cores)
        process.terminate()
        process.wait(10)


def wait_until_open(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the stand-in does not listen")


async def compare(base: str, rounds: int) -> list[dict[str, Any]]:
    ours = OpenAICompatible(Endpoint(base, key="bench"))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), auto_decompress=False) as session:
        from openai import AsyncOpenAI

        async with AsyncOpenAI(base_url=base, api_key="bench", max_retries=0) as client:
            ways: dict[str, Read] = {
                "bare": lambda model: read_bare(session, base, model),
                "ours": lambda model: read_ours(ours, model),
                "sdk": lambda model: read_sdk(client, model),
            }
            rows = [row for load in LOADS for row in await measure(ways, load, rounds)]
    await ours.aclose()
    return rows


async def measure(ways: dict[str, Read], load: tuple[str, str, int, int], rounds: int) -> list[dict[str, Any]]:
    name, model, parallel, chunks = load
    cost: dict[str, list[float]] = {way: [] for way in ways}
    for read in ways.values():
        await read("sim-ttft0-tps0-n5")  # imports and connections are not what is measured
    for turn in range(rounds):
        order = list(ways)
        for way in order[turn % len(order) :] + order[: turn % len(order)]:
            began = time.process_time()
            lengths = await asyncio.gather(*(ways[way](model) for _ in range(parallel)))
            cost[way].append((time.process_time() - began) * 1e6 / (parallel * chunks))
            if len(set(lengths)) != 1 or not lengths[0]:
                raise RuntimeError(f"{way} lost text: {set(lengths)}")
    bare = statistics.median(cost["bare"])
    return [
        {
            "name": f"read a chunk, {name}: {way}",
            "value": round(value, 1),
            "unit": "us",
            "baseline": round(bare, 1),
            "ratio": round(value / bare, 2),
            "goal": GOALS[name] if way == "ours" else None,
        }
        for way, value in ((way, statistics.median(values)) for way, values in cost.items())
    ]


async def read_bare(session: aiohttp.ClientSession, base: str, model: str) -> int:
    """The floor: no deadlines, no errors, no line ends but one."""
    decode, length, rest = msgspec.json.Decoder(Chunk).decode, 0, b""
    body = {"model": model, "messages": MESSAGES, "stream": True, "stream_options": {"include_usage": True}}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer bench", "Accept-Encoding": "identity"}
    async with session.post(f"{base}/chat/completions", data=msgspec.json.encode(body), headers=headers) as answer:
        async for data in answer.content.iter_any():
            *events, rest = (rest + data).split(b"\n\n")
            for event in events:
                if event == b"data: [DONE]":
                    continue
                chunk = decode(event[6:])
                if chunk.choices and chunk.choices[0].delta:
                    length += len(chunk.choices[0].delta.content or "")  # type: ignore[arg-type]
    return length


async def read_ours(provider: OpenAICompatible, model: str) -> int:
    request = ChatRequest(model=model, lines=tuple(Line("user", one["content"]) for one in MESSAGES))
    async with provider.stream(request) as reply:
        return sum([len(piece) async for piece in reply])


async def read_sdk(client: Any, model: str) -> int:
    stream = await client.chat.completions.create(
        model=model, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    length = 0
    async for chunk in stream:
        if chunk.choices:
            length += len(chunk.choices[0].delta.content or "")
    return length


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    for row in run(parser.parse_args().rounds):
        goal = f"  goal <= {row['goal']} x" if row["goal"] else ""
        print(f"{row['name']:<32} {row['value']:>7} {row['unit']}   {row['ratio']:>5} x bare{goal}")


if __name__ == "__main__":
    main()
