"""Channels on uvicorn and nothing else: what a socket weighs before there is a product. `uvicorn bench.bare:app`."""

from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

settings.configure()


class Bare(AsyncConsumer):
    async def websocket_connect(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.send", "text": event["text"]})

    async def websocket_disconnect(self, event: dict[str, Any]) -> None:
        raise StopConsumer


app = ProtocolTypeRouter({"websocket": Bare.as_asgi()})
