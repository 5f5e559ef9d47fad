"""A line from one process to a service underneath, which may be cut, lead elsewhere, or lose whatever is sent."""

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any


class Gate:
    """Listens on loopback, on a thread of its own. `shut`: what is sent is held back and nobody is told, as when
    packets are lost; also of who connects anew.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serve = asyncio.start_server(self._carry, "127.0.0.1", 0, family=socket.AF_INET)
        self._server = self._run(serve)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def shut(self) -> None:
        self._loop.call_soon_threadsafe(self._flows.clear)

    def open(self) -> None:
        self._loop.call_soon_threadsafe(self._flows.set)

    def lead(self, target: int) -> None:
        """Every line breaks; whoever connects from now on comes out there."""
        self.target = target

        async def cut() -> None:
            for writer in self._writers:
                writer.transport.abort()

        self._run(cut())

    def close(self) -> None:
        self.lead(self.target)
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        try:
            back, out = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, out}
        try:
            await asyncio.gather(self._pump(reader, out), self._pump(back, writer))
        finally:
            self._writers -= {writer, out}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
