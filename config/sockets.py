"""WebSockets that can be written to without waiting, and closed although their reader has stopped reading; and a server
that lets go of who listens over HTTP.
"""

import socket
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from chat.services.listening import end_listening

ABORT_SECONDS = 2
WRITE_NOW = "dramatis.write_now"  # in the scope's extensions; see `BoundedProtocol.write_now`


class BoundedProtocol(WebSocketsSansIOProtocol):
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent and not self.conn.extensions:
            self.scope["extensions"][WRITE_NOW] = self.write_now  # type: ignore[index,assignment]

    def write_now(self, text: str) -> bool:
        """Send a text frame unless that has to wait: then False, and `send` waits.

        A token costs no task, no future and no event loop round this way: a seventh of its whole price. Nor is it put
        into a frame by the library, which takes ten calls for what are two to ten bytes before the text.
        """
        if not self.writable.is_set() or self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        self.transport.write(text_frame(text.encode()))
        return True

    async def send(self, message: Any) -> None:
        # uvicorn's own waits for the full buffer to drain even to close; this one says why and hangs up.
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(ABORT_SECONDS, self.transport.abort)
        await super().send(message)


def text_frame(text: bytes) -> bytes:
    """A message of a server in one piece: not masked, and no extension has a part in it."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn waits for open answers before it says so to anybody; an event stream has no end of its own.
        await end_listening()
        await super().shutdown(sockets)
