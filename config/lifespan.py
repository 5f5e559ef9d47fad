"""The server's start and stop, as ASGI tells them."""

import asyncio
from typing import Any

import structlog

from chat import lifespan as chat
from config.heap import give_back
from config.observability import tracing
from inference import plugins
from operations.status.watch import watch

log = structlog.get_logger(__name__)


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    looking: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                await asyncio.to_thread(plugins.all_plugins)
                await chat.startup()
                give_back()
                looking = asyncio.create_task(watch(), name="status")
            except Exception:
                log.exception("startup_failed")
                await send({"type": "lifespan.startup.failed", "message": "the server could not start"})
                return
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if looking is not None:
                looking.cancel()
            try:
                await chat.shutdown()
            except Exception:
                log.exception("shutdown_failed")
            await asyncio.to_thread(tracing.stop)
            await send({"type": "lifespan.shutdown.complete"})
            return
