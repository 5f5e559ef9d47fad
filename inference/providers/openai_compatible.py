"""Every server that speaks the OpenAI protocol, chosen by base URL.

Streams and embeddings go over connections of our own: somebody waits for them. What else is asked whole goes through
the `openai` client, imported on first use: the import takes more than a second, and most processes never need it.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from inference import tokens, wire
from inference.base import (
    BrokenStream,
    ChatRequest,
    Completion,
    Declined,
    HearingRequest,
    ImageRequest,
    Judgement,
    SpeechRequest,
    TooSlow,
    Unreachable,
)
from inference.formats.openai import OpenAIParser
from inference.parser import DECLINED
from inference.providers import images
from inference.providers.hearing import ask_what_was_said, form_of
from inference.providers.lanes import Endpoint, Lane
from inference.providers.lines import asked_to_go_on
from inference.providers.served import Served
from inference.providers.sound import arguments as of_speech
from inference.providers.sound import ask_to_say
from inference.providers.vectors import ask_for_vectors
from inference.refusals import error_for

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")


class OpenAICompatible(Served):
    """ChatModel, Embedder, Moderator, ImageModel, Recogniser and SpeechModel of one server."""

    parser = OpenAIParser

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._official = urlsplit(endpoint.base_url).hostname == "api.openai.com"
        if endpoint.key:
            self.headers["Authorization"] = f"Bearer {endpoint.key}"

    def path(self, request: ChatRequest) -> str:
        return f"{self.root}/chat/completions"

    def body(self, request: ChatRequest) -> dict[str, Any]:
        return self._arguments(request) | {"stream": True, "stream_options": {"include_usage": True}}

    async def complete(self, request: ChatRequest) -> Completion:
        async def ask(client: "AsyncOpenAI") -> Completion:
            return completion_of(await client.chat.completions.create(**self._arguments(request)), request)

        return await self._whole(ask, request.model)

    async def embed(self, texts: Sequence[str], *, model: str, dimensions: int | None = None) -> list[list[float]]:
        if not texts:
            return []
        asked = {"model": model, "input": list(texts)} | ({"dimensions": dimensions} if dimensions else {})
        body, headers = wire.encode(asked), self.headers | {"Accept": "application/json"}

        async def ask(lane: Lane) -> list[list[float]]:
            return await ask_for_vectors(lane, f"{self.root}/embeddings", headers, body, count=len(texts))

        return await self._repeated(ask, model)

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

        return await self._whole(ask, model) if texts else []

    async def draw(self, request: ImageRequest) -> bytes:
        arguments = images.arguments(request)

        async def ask(client: "AsyncOpenAI") -> bytes:
            return images.picture_of(await client.images.generate(**arguments))

        return await self._whole(ask, request.model)

    async def recognise(self, request: HearingRequest) -> str:
        kind, body = form_of(request)
        headers = self.headers | {"Accept": "application/json", "Content-Type": kind}

        async def ask(lane: Lane) -> str:
            return await ask_what_was_said(lane, f"{self.root}/audio/transcriptions", headers, body)

        return await self._repeated(ask, request.model)

    async def say(self, request: SpeechRequest, hear: Callable[[bytes], None]) -> None:
        asked = of_speech(request, as_ssml=self.endpoint.takes_ssml)
        body, headers = wire.encode(asked), self.headers | {"Accept": "audio/*"}

        async def ask(lane: Lane) -> None:
            await ask_to_say(lane, f"{self.root}/audio/speech", headers, body, hear)

        await self._repeated(ask, request.model)

    def _arguments(self, request: ChatRequest) -> dict[str, Any]:
        """The request body; what was not asked for is left out, since strict servers refuse nulls."""
        able, lines = request.abilities, request.lines if request.abilities.prefill else asked_to_go_on(request.lines)
        limit = "max_completion_tokens" if self._official else "max_tokens"
        optional = {
            "temperature": request.temperature if able.sampling else None,
            "top_p": request.top_p if able.sampling else None,
            limit: request.limit,
            "stop": list(request.stop) or None,
            "user": request.user,
            "seed": request.seed if able.seed else None,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": request.schema, "strict": True},
            }
            if request.schema is not None and able.json
            else None,
        }
        return {
            "model": request.model,
            "messages": [{"role": line.role, "content": line.content} for line in lines],
            **{name: value for name, value in optional.items() if value is not None},
        }

    async def _whole(self, ask: Callable[["AsyncOpenAI"], Awaitable[T]], model: str) -> T:
        """One request of the `openai` client, answered whole."""
        if "openai" not in sys.modules:  # importing it takes a second, in which nobody's stream may stand still
            await asyncio.to_thread(import_module, "openai.resources")
        return await self._repeated(lambda lane: translated(ask(lane.client)), model)


def completion_of(answer: Any, request: ChatRequest) -> Completion:
    choice = answer.choices[0] if answer.choices else None
    if choice is None or choice.message is None:
        raise BrokenStream("no choice in the answer", code="malformed")
    if choice.finish_reason == DECLINED:
        raise Declined
    text = choice.message.content or ""
    whole = wire.usage_of(answer.usage.model_dump()) if answer.usage else None
    return Completion(text, choice.finish_reason, tokens.settled(request, text, whole=whole))


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
