"""Every server that speaks the OpenAI protocol, chosen by base URL.

Streams go through our own reader. What is asked whole goes through the `openai` client, imported on first
use: the import takes more than a second, and most processes never need it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import aiohttp

from inference import tokens, wire
from inference.address import checked_base
from inference.base import (
    BrokenStream,
    ChatRequest,
    Completion,
    Judgement,
    Line,
    ModelError,
    TooSlow,
    Unreachable,
    Usage,
)
from inference.providers.retries import Retries
from inference.refusals import error_for
from inference.streams import Bounds, Deadlines, OpenReply

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server. `done_is_enough`: it may end a whole reply with [DONE] and no finish reason, as Ollama."""

    base_url: str
    key: str = field(default="", repr=False)
    deadlines: Deadlines = field(default_factory=Deadlines)
    bounds: Bounds = field(default_factory=Bounds)
    retries: Retries = field(default_factory=Retries)
    at_once: int = 1_000
    done_is_enough: bool = False


class Lane:
    """What one event loop holds open towards one server."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.slots = asyncio.Semaphore(endpoint.at_once)
        self.timeout = aiohttp.ClientTimeout(total=None, sock_connect=endpoint.deadlines.connect)
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        self._client: AsyncOpenAI | None = None

    @property
    def client(self) -> "AsyncOpenAI":
        if self._client is None:
            import httpx2
            from openai import AsyncOpenAI

            endpoint = self.endpoint
            self._client = AsyncOpenAI(
                base_url=endpoint.base_url,
                api_key=endpoint.key or "none",
                max_retries=0,
                timeout=httpx2.Timeout(endpoint.deadlines.total, connect=endpoint.deadlines.connect),
                # No redirects and no proxies from the environment: the key goes to the configured address.
                http_client=httpx2.AsyncClient(follow_redirects=False, trust_env=False),
            )
        return self._client

    async def aclose(self) -> None:
        await self.session.close()
        if self._client is not None:
            await self._client.close()


class OpenAICompatible:
    """ChatModel, Embedder and Moderator of one server."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        base = checked_base(endpoint.base_url)
        self._chat_url = f"{base}/chat/completions"
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
        if lane is None or lane.session.closed:
            lane = self._lanes[loop] = Lane(self.endpoint)
        return lane

    async def aclose(self) -> None:
        """Close what the running loop has open; the next request opens anew."""
        lane = self._lanes.pop(asyncio.get_running_loop(), None)
        if lane is not None:
            await lane.aclose()

    def stream(self, request: ChatRequest) -> AbstractAsyncContextManager["StreamedReply"]:
        """Entering waits for the first text: until then failures are repeated, afterwards nothing is."""
        return StreamedReply(self, request)

    async def complete(self, request: ChatRequest) -> Completion:
        async def ask(client: "AsyncOpenAI") -> Completion:
            return completion_of(await client.chat.completions.create(**self._arguments(request)), request)

        return await self._whole(ask)

    async def embed(self, texts: Sequence[str], *, model: str, dimensions: int | None = None) -> list[list[float]]:
        extra: dict[str, Any] = {"dimensions": dimensions} if dimensions else {}

        async def ask(client: "AsyncOpenAI") -> list[list[float]]:
            answer = await client.embeddings.create(model=model, input=list(texts), **extra)
            vectors = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
            if len(vectors) != len(texts):
                raise BrokenStream(f"{len(vectors)} vectors for {len(texts)} texts")
            return vectors

        return await self._whole(ask) if texts else []

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
        """One request answered whole, repeated within the budget, never longer than the total deadline."""
        lane, loop = self._lane(), asyncio.get_running_loop()
        end, tried, waited = loop.time() + self.endpoint.deadlines.total, 0, 0.0
        try:
            async with asyncio.timeout_at(end), lane.slots:
                while True:
                    tried += 1
                    try:
                        return await translated(ask(lane.client))
                    except ModelError as error:
                        pause = self.endpoint.retries.pause(error, tried=tried, waited=waited, left=end - loop.time())
                        if pause is None:
                            raise
                        waited += pause
                        await asyncio.sleep(pause)
        except TimeoutError as error:
            raise TooSlow("total") from error


class StreamedReply:
    """A ReplyStream and its own context: retries until the first text, then reads one attempt to its end."""

    def __init__(self, provider: OpenAICompatible, request: ChatRequest) -> None:
        self._provider, self._request = provider, request
        self._lane: Lane | None = None
        self._reply: OpenReply | None = None
        self._first: str | None = None
        self._usage: Usage | None = None

    @property
    def finish(self) -> str | None:
        return self._reply.finish if self._reply else None

    @property
    def usage(self) -> Usage:
        if self._reply is not None:
            return self._reply.usage
        return Usage(prompt=tokens.estimate_lines(self._request.lines), completion=0, estimated=True)

    async def __aenter__(self) -> "StreamedReply":
        loop, deadlines = asyncio.get_running_loop(), self._provider.endpoint.deadlines
        began = loop.time()
        due, end = began + deadlines.first, began + deadlines.total
        lane = self._provider._lane()
        try:
            async with asyncio.timeout_at(due):
                await lane.slots.acquire()
        except TimeoutError as error:
            raise TooSlow("first_token") from error
        self._lane = lane
        try:
            await self._begin(lane, due=due, end=end)
        except BaseException:
            await self._leave()
            raise
        return self

    async def _begin(self, lane: Lane, *, due: float, end: float) -> None:
        loop, endpoint = asyncio.get_running_loop(), self._provider.endpoint
        body, tried, waited = self._provider._body(self._request), 0, 0.0
        while True:
            tried += 1
            self._reply = OpenReply(
                self._request,
                due=due,
                end=end,
                between=endpoint.deadlines.between,
                bounds=endpoint.bounds,
                done_is_enough=endpoint.done_is_enough,
            )
            try:
                await self._reply.open(
                    lane.session, self._provider._chat_url, self._provider._headers, body, lane.timeout
                )
                self._first = await anext(self._reply, None)
                return
            except ModelError as error:
                pause = endpoint.retries.pause(error, tried=tried, waited=waited, left=due - loop.time())
                if pause is None:
                    raise
            await self._reply.close()
            waited += pause
            await asyncio.sleep(pause)

    def __aiter__(self) -> "StreamedReply":
        return self

    async def __anext__(self) -> str:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        assert self._reply is not None
        return await self._reply.__anext__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave()

    async def _leave(self) -> None:
        if self._reply is not None:
            await self._reply.close()
        if self._lane is not None:
            self._lane.slots.release()
            self._lane = None


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
