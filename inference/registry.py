"""Which server answers for which model, read from the settings. The only module here that knows Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from inference.base import ChatModel, Embedder, ImageModel, Judgement, Moderator
from inference.parser import Bounds
from inference.streams import Deadlines

from .providers.openai_compatible import Endpoint, OpenAICompatible

OLLAMA_PORT = 11434
ANY = "*"  # among settings.CHAT_MODELS: whatever the server has
MODERATION_MODEL = "omni-moderation-latest"

_providers: dict[Endpoint, OpenAICompatible] = {}


def endpoint_from_settings() -> Endpoint:
    url = settings.MODEL_BASE_URL
    return Endpoint(
        base_url=url,
        key=settings.MODEL_API_KEY or "",
        deadlines=Deadlines(
            first=settings.FIRST_TOKEN_SECONDS,
            between=settings.BETWEEN_TOKENS_SECONDS,
            total=settings.TOTAL_SECONDS,
        ),
        bounds=Bounds(text=settings.MAX_REPLY_BYTES),
        done_is_enough=urlsplit(url).port == OLLAMA_PORT,
    )


def provider() -> OpenAICompatible:
    """The configured server; settings changed by a test are seen at once."""
    endpoint = endpoint_from_settings()
    found = _providers.get(endpoint)
    if found is None:
        found = _providers[endpoint] = OpenAICompatible(endpoint)
    return found


def chat_models() -> tuple[str, ...]:
    """What characters may ask for, on the operator's key; the house's own first."""
    return tuple(dict.fromkeys((settings.CHAT_MODEL, *(name for name in settings.CHAT_MODELS if name != ANY))))


def any_may_answer() -> bool:
    return ANY in settings.CHAT_MODELS


def may_answer(name: str) -> bool:
    return any_may_answer() or name in chat_models()


def model_for(asked: str) -> str:
    """Who answers where this model is asked for: the house's own unless the operator allows it."""
    return asked if asked and may_answer(asked) else settings.CHAT_MODEL


def chat_model(name: str = "") -> ChatModel:
    """The server that answers for this chat model; the name itself travels in the ChatRequest."""
    return provider()


def image_model(name: str) -> ImageModel | None:
    """Who paints; None where no image model is named. The name itself travels in the ImageRequest."""
    return provider() if name else None


@dataclass(frozen=True, slots=True)
class NamedEmbedder:
    provider: OpenAICompatible
    model: str
    dimensions: int | None = None

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return await self.provider.embed(texts, model=self.model, dimensions=self.dimensions)


@dataclass(frozen=True, slots=True)
class NamedModerator:
    provider: OpenAICompatible
    model: str

    async def moderate(self, texts: Sequence[str]) -> list[Judgement]:
        return await self.provider.moderate(texts, model=self.model)


def embedder(name: str, *, dimensions: int | None = None) -> Embedder:
    return NamedEmbedder(provider(), name, dimensions)


def moderator(name: str = MODERATION_MODEL) -> Moderator:
    return NamedModerator(provider(), name)


async def aclose_all() -> None:
    """Close every connection that the running event loop holds towards models. Call it before a loop ends."""
    for one in list(_providers.values()):
        await one.aclose()
