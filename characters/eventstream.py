"""Work that somebody watches: done while its answer is open, told piece by piece as server-sent events.

Nothing outlives the answer: whoever closes it ends the work, and what the work holds open towards a model.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override

from accounts.errors import ProductError

log = logging.getLogger(__name__)

# Proxies close what is silent for long.
HEARTBEAT_SECONDS = 10.0

Emit = Callable[[str, Mapping[str, Any]], None]
"""emit(event, data): told at once, or as soon as the reader takes it."""
Work = Callable[[Emit], Awaitable[None]]


class Failed(ProductError):
    code = "internal"
    status = 500


class EventStream(StreamingHttpResponse):
    """An answer of server-sent events, which proxies pass on as they come."""

    def __init__(self, events: AsyncGenerator[bytes]) -> None:
        super().__init__(events, content_type="text/event-stream; charset=utf-8")
        self["Cache-Control"] = "no-store"
        self["X-Accel-Buffering"] = "no"
        self._events = events

    def __aiter__(self) -> AsyncGenerator[bytes]:
        # Itself, so that it is closed with the answer: Django's own wrapper leaves that to the garbage collector.
        return self._events


def event_stream(work: Work) -> EventStream:
    """The events of `work`, in the reader's language. A ProductError becomes `error` and ends it."""
    return EventStream(_events(work, get_language()))


async def _events(work: Work, language: str | None) -> AsyncGenerator[bytes]:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def emit(event: str, data: Mapping[str, Any]) -> None:
        with override(language):
            text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
        queue.put_nowait(f"event: {event}\ndata: {text}\n\n".encode("utf-8", "replace"))

    async def run() -> None:
        try:
            await work(emit)
        except ProductError as error:
            emit("error", error.as_dict())
        except Exception:
            log.exception("work that was watched failed")
            emit("error", Failed().as_dict())
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(run())
    try:
        yield b": begun\n\n"
        while True:
            try:
                piece = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                piece = b": still at it\n\n"
            if piece is None:
                return
            yield piece
    finally:
        task.cancel()
        await asyncio.wait([task])
