"""Every server that speaks the OpenAI protocol, chosen by base URL.

Streams and embeddings go over connections of our own: somebody waits for them. What else is asked whole goes through
the `openai` client, imported on first use: the import takes more than a second, and most processes never need it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from inference import tokens, wire
from inference.address import checked_base
from inference.base import (
    BrokenStream,
    ChatRequest,
    Completion,
    ImageRequest,
    Judgement,
    Line,
    ModelError,
    TooSlow,
    Unreachable,
    Usage,
)
from inference.providers import images
from inference.providers.lanes import Endpoint, Lane
from inference.providers.streamed import StreamedReply
from inference.providers.vectors import ask_for_vectors
from inference.refusals import error_for

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")


class OpenAICompatible:
    """ChatModel, Embedder, Moderator and ImageModel of one server."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        base = checked_base(endpoint.base_url)
        path = urlsplit(base).path
        self._chat_path, self._embeddings_path = f"{path}/chat/completions", f"{path}/embeddings"
        self._official = urlsplit(base).hostname == "api.openai.com"
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            # A compressed stream would come in blocks, not in tokens.
            "Accept-Encoding": "identity",
        }
        if endpoint.key:
            self._headers["Authorization"] = f"Bearer {endpoint.key}"
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, Lane] = WeakKeyDictionary()

    def _lane(self) -> Lane:
        loop = asyncio.get_running_loop()
        lane = self._lanes.get(loop)
        if lane is None or lane.server.closed:
            lane = self._lanes[loop] = Lane(self.endpoint)
        return lane

    async def aclose(self) -> None:
        """Close what the running loop has open; the next request opens anew."""
        lane = self._lanes.pop(asyncio.get_running_loop(), None)
        if lane is not None:
            await lane.aclose()

    def stream(self, request: ChatRequest) -> AbstractAsyncContextManager[StreamedReply]:
        """Entering waits for the first text: until then failures are repeated, afterwards nothing is."""
        body = self._body(request)
        return StreamedReply(self._lane(), request, path=self._chat_path, headers=self._headers, body=body)

    async def complete(self, request: ChatRequest) -> Completion:
        async def ask(client: "AsyncOpenAI") -> Completion:
            return completion_of(await client.chat.completions.create(**self._arguments(request)), request)

        return await self._whole(ask)

    async def embed(self, texts: Sequence[str], *, model: str, dimensions: int | None = None) -> list[list[float]]:
        if not texts:
            return []
        asked = {"model": model, "input": list(texts)} | ({"dimensions": dimensions} if dimensions else {})
        body, headers = wire.encode(asked), self._headers | {"Accept": "application/json"}

        async def ask(lane: Lane) -> list[list[float]]:
            return await ask_for_vectors(lane, self._embeddings_path, headers, body, count=len(texts))

        return await self._repeated(ask)

    async def moderate(self, texts: Sequence[str], *, model: str) -> list[Judgement]:
        async def ask(client: "AsyncOpenAI") -> list[Judgement]:
            answer = await client.moderations.create(model=model, input=list(texts))
            if len(answer.results) != len(texts):
                raise BrokenStream(f"{len(answer.results)} judgements for {len(texts)} texts")
            return [
                Judgement(
                    flagged=result.flagged,
                    scores={
                        name: score
                        for name, score in result.category_scores.model_dump(by_alias=True).items()
                        if isinstance(score, int | float)
                    },
                )
                for result in answer.results
            ]

        return await self._whole(ask) if texts else []

    async def draw(self, request: ImageRequest) -> bytes:
        arguments = images.arguments(request)

        async def ask(client: "AsyncOpenAI") -> bytes:
            return images.picture_of(await client.images.generate(**arguments))

        return await self._whole(ask)

    def _arguments(self, request: ChatRequest) -> dict[str, Any]:
        """The request body; what was not asked for is left out, since strict servers refuse nulls."""
        limit = "max_completion_tokens" if self._official else "max_tokens"
        optional = {
            "temperature": request.temperature,
            "top_p": request.top_p,
            limit: request.max_tokens,
            "stop": list(request.stop) or None,
            "user": request.user,
            "seed": request.seed,
            "response_format": request.schema
            and {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": request.schema, "strict": True},
            },
        }
        return {
            "model": request.model,
            "messages": [{"role": line.role, "content": line.content} for line in request.lines],
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _body(self, request: ChatRequest) -> bytes:
        return wire.encode(self._arguments(request) | {"stream": True, "stream_options": {"include_usage": True}})

    async def _whole(self, ask: Callable[["AsyncOpenAI"], Awaitable[T]]) -> T:
        """One request of the `openai` client, answered whole."""
        return await self._repeated(lambda lane: translated(ask(lane.client)))

    async def _repeated(self, attempt: Callable[[Lane], Awaitable[T]]) -> T:
        """Repeated within the budget, never longer than the total deadline."""
        lane, loop = self._lane(), asyncio.get_running_loop()
        end, tried, waited = loop.time() + self.endpoint.deadlines.total, 0, 0.0
        try:
            async with asyncio.timeout_at(end), lane.slots:
                while True:
                    tried += 1
                    try:
                        return await attempt(lane)
                    except ModelError as error:
                        pause = self.endpoint.retries.pause(error, tried=tried, waited=waited, left=end - loop.time())
                        if pause is None:
                            raise
                        waited += pause
                        await asyncio.sleep(pause)
        except TimeoutError as error:
            raise TooSlow("total") from error


def completion_of(answer: Any, request: ChatRequest) -> Completion:
    choice = answer.choices[0] if answer.choices else None
    if choice is None or choice.message is None:
        raise BrokenStream("no choice in the answer", code="malformed")
    text = choice.message.content or ""
    usage = wire.usage_of(answer.usage.model_dump()) if answer.usage else None
    return Completion(
        text=text,
        finish=choice.finish_reason,
        usage=usage or estimated(request.lines, text),
    )


def estimated(lines: Sequence[Line], text: str) -> Usage:
    return Usage(prompt=tokens.estimate_lines(lines), completion=tokens.estimate(text), estimated=True)


async def translated(asked: Awaitable[T]) -> T:
    """The `openai` client's errors as ours, by cause."""
    import json

    import httpx2
    import openai

    try:
        return await asked
    except openai.APIStatusError as error:
        raise error_for(error.status_code, error.response.headers, error.body) from None
    except openai.APITimeoutError as error:
        # A refused connect deadline comes under this name too.
        if isinstance(error.__cause__, httpx2.ConnectTimeout):
            raise Unreachable("connect deadline") from None
        raise TooSlow("total") from None
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise Unreachable(type(error.__cause__ or error).__name__) from None
    except (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError, TypeError, AttributeError) as error:
        raise BrokenStream(type(error).__name__, code="malformed") from None
