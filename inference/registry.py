"""Which server answers for which model: the one door for whoever asks one.

With an empty catalogue that is the server of the settings; else what the catalogue offers to the plan of whoever asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from inference.base import (
    ChatModel,
    ChatRequest,
    Embedder,
    ImageModel,
    Judgement,
    Moderator,
    Recogniser,
    SpeechModel,
    Usage,
)
from inference.calibration import factor
from inference.catalogue import current
from inference.chain import Chain
from inference.parser import Bounds
from inference.prices import Cost, Price, dearest
from inference.providers.kinds import aclose_all, provider_of
from inference.providers.lanes import Endpoint
from inference.providers.local import PREFIX, LocalEncoder
from inference.providers.openai_compatible import OpenAICompatible
from inference.streams import Deadlines

__all__ = [
    "aclose_all",
    "any_may_answer",
    "chat_model",
    "chat_models",
    "embedder",
    "image_model",
    "may_answer",
    "model_for",
    "moderator",
    "most_cost",
    "price_of",
    "provider",
    "recogniser",
    "served_as",
    "speech_model",
    "window_for",
]

WindowOf = Callable[[str], int | None]
_windows: list[WindowOf] = []


def bound_windows(window_of: WindowOf) -> None:
    """For the app above that has the plans, in its `apps.py`: how many tokens a plan allows, None for any number."""
    if window_of not in _windows:
        _windows.append(window_of)


OLLAMA_PORT = 11434
ANY = "*"  # among settings.CHAT_MODELS: whatever the server has
MODERATION_MODEL = "omni-moderation-latest"


def endpoint_from_settings() -> Endpoint:
    return _endpoint(
        settings.MODEL_BASE_URL,
        settings.MODEL_API_KEY or "",
        settings.FIRST_TOKEN_SECONDS,
        settings.BETWEEN_TOKENS_SECONDS,
        settings.TOTAL_SECONDS,
        settings.MAX_REPLY_BYTES,
    )


@lru_cache(maxsize=4)
def _endpoint(url: str, key: str, first: float, between: float, total: float, most: int) -> Endpoint:
    return Endpoint(
        base_url=url,
        key=key,
        deadlines=Deadlines(first=first, between=between, total=total),
        bounds=Bounds(text=most),
        done_is_enough=urlsplit(url).port == OLLAMA_PORT,
    )


def provider() -> OpenAICompatible:
    """The configured server; settings changed by a test are seen at once."""
    found = provider_of("openai", endpoint_from_settings())
    assert isinstance(found, OpenAICompatible)
    return found


def chat_models(plan: str | None = None) -> tuple[str, ...]:
    """What characters may ask for, on the operator's key; the house's own first. Without a plan: of all plans."""
    if offers := current().offers:
        return tuple(offer.name for offer in offers.values() if plan is None or offer.is_for(plan))
    return tuple(dict.fromkeys((settings.CHAT_MODEL, *(name for name in settings.CHAT_MODELS if name != ANY))))


def any_may_answer() -> bool:
    return not current().offers and ANY in settings.CHAT_MODELS


def may_answer(name: str, plan: str | None = None) -> bool:
    return any_may_answer() or name in chat_models(plan)


def model_for(asked: str, plan: str = "", then: Sequence[str] = ()) -> str:
    """Who answers where this model is asked for, or one of those named `then`: the house's own unless the operator
    allows one of them."""
    if (catalogue := current()).offers:
        offer = catalogue.named(asked, plan, then)
        return offer.name if offer else asked
    return next(
        (name for name in (asked or settings.CHAT_MODEL, *then) if name and may_answer(name)), settings.CHAT_MODEL
    )


def served_as(asked: str, plan: str = "", then: Sequence[str] = ()) -> str:
    """The name by which its endpoint knows whoever answers: what tells the model's family, whatever players see."""
    offer = current().named(asked, plan, then)
    return offer.served_as if offer else model_for(asked, plan, then)


def window_for(asked: str, plan: str = "", then: Sequence[str] = ()) -> int:
    """Tokens, as we count them, that a prompt and its reply may have: no more than the operator wants, nor than the
    plan allows, nor than whoever may answer can, as they count."""
    most = min((settings.CONTEXT_TOKENS, *(bound for ask in _windows if (bound := ask(plan)))))
    offers = tuple(current().chain(asked, plan, then))
    if not offers:
        return int(most / factor(model_for(asked, plan, then)))
    windows = (min(most, offer.window or most) for offer in offers)
    return int(min(window / factor(offer.name) for window, offer in zip(windows, offers, strict=True)))


def chat_model(name: str = "", *, waiting: Callable[[int], None] | None = None) -> ChatModel:
    """Who answers for this chat model; the name itself travels in the ChatRequest, with the plan of whoever asks.

    `waiting` hears the place in line, where the endpoint has one.
    """
    return Chain(catalogue, waiting) if (catalogue := current()).offers else provider()


def price_of(name: str) -> Price | None:
    """Of this chat model; what the environment names has none."""
    offer = current().offers.get(name)
    return offer.price if offer else None


def hedges(request: ChatRequest) -> bool:
    """Whether two may be asked for it."""
    return current().hedges(request.model, request.plan, request.then)


def most_cost_on(plan: str, usage: Usage) -> Cost | None:
    """The most that it can cost, whichever model of the plan was asked."""
    return dearest((offer.price for offer in current().offers.values() if offer.is_for(plan)), usage)


def most_cost(request: ChatRequest, usage: Usage) -> Cost | None:
    """The most that it can cost, whoever of the chain answers."""
    return dearest((offer.price for offer in current().chain(request.model, request.plan, request.then)), usage)


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


def recogniser(name: str) -> Recogniser | None:
    """Who writes down what is said; None where no model for it is named. The name itself travels in the request."""
    if not name:
        return None
    endpoint = replace(endpoint_from_settings(), base_url=settings.HEARING_BASE_URL, key=settings.HEARING_API_KEY or "")
    found = provider_of("openai", endpoint)
    assert isinstance(found, OpenAICompatible)
    return found


def speech_model(name: str) -> SpeechModel | None:
    """Who says things aloud; None where no model for it is named. The name itself travels in the SpeechRequest."""
    if not name:
        return None
    endpoint = replace(
        endpoint_from_settings(),
        base_url=settings.SPEECH_BASE_URL,
        key=settings.SPEECH_API_KEY or "",
        takes_ssml=settings.SPEECH_SSML,
    )
    found = provider_of("openai", endpoint)
    assert isinstance(found, OpenAICompatible)
    return found


def embedder(name: str, *, dimensions: int | None = None) -> Embedder:
    """`local:…` is an encoder in this process, where it is installed; any other name goes to the configured server."""
    if name.startswith(PREFIX):
        return LocalEncoder(name)
    return NamedEmbedder(provider(), name, dimensions)


def moderator(name: str = MODERATION_MODEL) -> Moderator:
    return NamedModerator(provider(), name)
