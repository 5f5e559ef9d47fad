"""The floor: the `websockets` library, aiohttp and msgspec, and nothing kept. As little as Python can do.

python -m bench.floor PORT, with UPSTREAM in the environment
"""

import asyncio
import os
import sys

import aiohttp
import msgspec
import uvloop
from websockets.asyncio.server import ServerConnection, serve


class Delta(msgspec.Struct):
    content: str | None = None


class Choice(msgspec.Struct):
    delta: Delta


class Chunk(msgspec.Struct):
    choices: list[Choice]


class Line(msgspec.Struct):
    model: str
    message: str


decode_line = msgspec.json.Decoder(Line).decode
decode_chunk = msgspec.json.Decoder(Chunk).decode
encode = msgspec.json.encode


async def main() -> None:
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    url = os.environ["UPSTREAM"] + "/chat/completions"

    async def talk(socket: ServerConnection) -> None:
        async for frame in socket:
            line = decode_line(frame)
            body = {"model": line.model, "stream": True, "messages": [{"role": "user", "content": line.message}]}
            async with session.post(url, json=body) as answer:
                rest = b""
                async for data in answer.content.iter_any():
                    *events, rest = (rest + data).split(b"\n\n")
                    for event in events:
                        if event.startswith(b"data: ") and event != b"data: [DONE]":
                            choices = decode_chunk(event[6:]).choices
                            if choices and (piece := choices[0].delta.content):
                                await socket.send(encode({"type": "token", "delta": piece}), text=True)
            await socket.send('{"type":"done"}')

    async with serve(talk, "127.0.0.1", int(sys.argv[1]), compression=None, ping_interval=None):
        await asyncio.Future()


if __name__ == "__main__":
    uvloop.run(main())
