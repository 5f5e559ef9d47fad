"""A TCP line between a page and a server that can be frozen: packets are lost, and nobody is told."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator


class Line:
    """`frozen` holds back both directions."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.flows = asyncio.Event()
        self.flows.set()
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []

    def freeze(self) -> None:
        self.flows.clear()

    def thaw(self) -> None:
        self.flows.set()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self.flows.wait()
                writer.write(data)
                await writer.drain()
            writer.close()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server, from_page = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers += [writer, from_page]
        await asyncio.gather(self._pump(reader, from_page), self._pump(to_server, writer))

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    line = Line(port)
    async with await asyncio.start_server(line.carry, "127.0.0.1", 0, family=socket.AF_INET) as server:
        line.port = server.sockets[0].getsockname()[1]
        yield line
        line.thaw()
        line.cut()
