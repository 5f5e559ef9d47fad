"""What may stand between a page and a server: a line that can be frozen, so that packets are lost and nobody is told,
and a wall that lets no sockets through.
"""

import asyncio
import contextlib
import socket
import threading
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


class Wall:
    """An HTTP proxy of the kind that knows no sockets. One request a connection, so that each can be judged.

    `sockets`: "refused", "swallowed" (no answer ever comes) or "open". `streams`: "open" or "held" (until they end).
    """

    def __init__(self, target: int) -> None:
        self.target, self.sockets, self.streams = target, "refused", "open"
        self.asked: list[str] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serve = asyncio.start_server(self._carry, "127.0.0.1", 0, family=socket.AF_INET)
        self._server = asyncio.run_coroutine_threadsafe(serve, self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Every connection at once, without a goodbye."""

        def cut() -> None:
            for writer in list(self._writers):
                writer.transport.abort()

        self._loop.call_soon_threadsafe(cut)

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            carrying = asyncio.all_tasks() - {asyncio.current_task()}
            for task in carrying:
                task.cancel()
            await asyncio.gather(*carrying, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _carry(self, page: asyncio.StreamReader, to_page: asyncio.StreamWriter) -> None:
        self._writers.add(to_page)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await page.readuntil(b"\r\n\r\n")
            what, *headers = head[:-4].split(b"\r\n")
            self.asked.append(what.decode())
            upgrades = any(each.lower().startswith(b"upgrade:") for each in headers)
            if upgrades and self.sockets == "refused":
                to_page.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            elif not (upgrades and self.sockets == "swallowed"):
                if not upgrades:
                    headers = [each for each in headers if not each.lower().startswith(b"connection:")]
                    headers.append(b"Connection: close")
                held = b"/stream/" in what and self.streams == "held"
                await self._pass_on(b"\r\n".join([what, *headers, b"", b""]), page, to_page, held=held)
            else:
                await page.read()
        self._writers.discard(to_page)
        to_page.close()

    async def _pass_on(
        self, head: bytes, page: asyncio.StreamReader, to_page: asyncio.StreamWriter, *, held: bool
    ) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self.target)
        to_server.write(head)

        async def up() -> None:
            while data := await page.read(65536):
                to_server.write(data)
            to_server.close()

        sending = asyncio.create_task(up())
        try:
            while data := await server.read(65536):
                if not held:
                    to_page.write(data)
                    await to_page.drain()
        finally:
            sending.cancel()
            to_server.transport.abort()
