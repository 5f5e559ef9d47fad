"""WebSockets that can be closed although their reader has stopped reading."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ABORT_SECONDS = 2


class BoundedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's own waits for the full buffer to drain even to close; this one says why and hangs up."""

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(ABORT_SECONDS, self.transport.abort)
        await super().send(message)
