"""What the product asks of a model, whoever serves it: protocols, requests, usage, and errors by cause."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

Role = Literal["system", "user", "assistant"]


class Line(NamedTuple):
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a model can do. What it cannot do is asked for in another way, or left out.

    `json`: answers to a schema; `prefill`: carries on a last line of its own; `sampling`: takes temperature and top_p;
    `most_reply`: tokens of its longest reply, 0 where that is not known.
    """

    json: bool = True
    prefill: bool = True
    sampling: bool = True
    seed: bool = True
    images: bool = False
    most_reply: int = 0


ALL_OF_THEM = Abilities()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a chat model. `user` is a keyed pseudonym, never an account id or an address.

    The first `cache_after` lines are the same from one request to the next: a provider that wants to be told what to
    keep is told. `abilities` are the model's; the registry knows them. `plan` is that of whoever asks. `hedged`: two
    may be asked, where the catalogue says so; both have been allowed for. `then` are asked where `model` cannot answer,
    before whoever the operator has step in.
    """

    model: str
    lines: tuple[Line, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    user: str | None = None
    seed: int | None = None
    cache_after: int | None = None
    abilities: Abilities = ALL_OF_THEM
    plan: str = ""
    hedged: bool = False
    then: tuple[str, ...] = ()

    @property
    def limit(self) -> int | None:
        """Tokens that the reply may have: as asked, never more than the model can."""
        most = self.abilities.most_reply
        return min(self.max_tokens, most) if self.max_tokens and most else self.max_tokens


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens. Of `prompt`, the whole question, the provider had `cached` and keeps `written` from now on.

    `estimated` means counted by us.
    """

    prompt: int
    completion: int
    cached: int = 0
    estimated: bool = False
    written: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    text: str
    finish: str | None
    usage: Usage


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One picture to be made; `size` as "1024x1536". `user` is a keyed pseudonym."""

    model: str
    prompt: str
    size: str = ""
    user: str | None = None


HEARING_RATE = 16_000
"""Samples a second of what a Recogniser is given: 16-bit, mono."""


@dataclass(frozen=True, slots=True)
class HearingRequest:
    """One phrase, to be written down. `language` as "en" or "zh", empty where it is not known; `names` are likely to be
    said."""

    model: str
    sound: bytes = field(repr=False)
    language: str = ""
    names: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.sound) / (2 * HEARING_RATE)


Emphasis = Literal["", "reduced", "moderate", "strong"]


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One text to be said by `voice`. `speed`, `pitch` and `volume` are factors of the usual. `style` tells how, in
    words, to models that mind it; pitch, volume and emphasis are for those that take SSML."""

    model: str
    text: str
    voice: str
    speed: float = 1.0
    style: str = ""
    pitch: float = 1.0
    volume: float = 1.0
    emphasis: Emphasis = ""


SPEECH_RATE = 24_000
"""Samples a second of what a SpeechModel says: 16-bit, mono."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a moderation model says of one text; `scores` run from 0 to 1 by category."""

    flagged: bool
    scores: dict[str, float] = field(default_factory=dict)

    def categories(self, threshold: float = 0.5) -> list[str]:
        return sorted(name for name, score in self.scores.items() if score >= threshold)


class ReplyStream(Protocol):
    """Text as it arrives, one item per read from the wire, never empty.

    Ends normally only when the reply is known to be whole; everything else is a ModelError, raised after the
    text that came before it. `finish` and `usage` are final once iteration has ended, however it ended.
    """

    @property
    def finish(self) -> str | None: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def served_by(self) -> str:
        """The model that speaks: another than was asked for where that one stepped in."""
        ...

    @property
    def lost(self) -> Sequence[tuple[str, Usage]]:
        """Who was asked beside it and came too late, and what that took."""
        ...

    async def hear(self, say: Callable[[str], None]) -> None:
        """All text to `say`, as it arrives: the cheapest way to listen, and what a turn does. Raises as iteration."""
        ...

    def __aiter__(self) -> AsyncIterator[str]: ...
    async def __anext__(self) -> str: ...


class ChatModel(Protocol):
    def stream(self, request: ChatRequest) -> AbstractAsyncContextManager[ReplyStream]:
        """Leaving the context closes the connection to the model at once, whoever leaves it and why."""
        ...

    async def complete(self, request: ChatRequest) -> Completion: ...


class Embedder(Protocol):
    async def embed(self, texts: Sequence[str]) -> list[list[float]]: ...


class ImageModel(Protocol):
    async def draw(self, request: ImageRequest) -> bytes:
        """An encoded picture as the server gave it: decode it with the care due to any upload."""
        ...


class Recogniser(Protocol):
    async def recognise(self, request: HearingRequest) -> str:
        """What was said; nothing where there were no words in it."""
        ...


class SpeechModel(Protocol):
    async def say(self, request: SpeechRequest, hear: Callable[[bytes], None]) -> None:
        """Whole samples at SPEECH_RATE to `hear`, as they arrive; returns once all were. A failure after the first of
        them is not repeated."""
        ...


class Moderator(Protocol):
    async def moderate(self, texts: Sequence[str]) -> list[Judgement]: ...


class ModelError(Exception):
    """A model did not answer as asked.

    `code` is stable and fit for clients; `retryable` says that asking again, or asking another provider, may
    succeed; `retry_after` is in seconds. The text names causes and sizes, never what was said, never a key.
    """

    code = "model_error"
    retryable = False

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        retryable: bool | None = None,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        self.code = code or type(self).code
        self.retryable = type(self).retryable if retryable is None else retryable
        self.retry_after = retry_after
        self.status = status
        super().__init__(detail or self.code)


class Unreachable(ModelError):
    """No connection, or it broke ("connection_lost") while the reply was on its way."""

    code = "model_unreachable"
    retryable = True


class TooSlow(ModelError):
    """A deadline passed: `which` says whether before the first token, between tokens, or in all."""

    code = "model_too_slow"
    retryable = True

    def __init__(self, which: Literal["first_token", "between_tokens", "total"]) -> None:
        self.which = which
        super().__init__(which)


class RateLimitedByModel(ModelError):
    code = "model_rate_limited"
    retryable = True


class ModelUnavailable(ModelError):
    """The provider failed on its side (5xx)."""

    code = "model_unavailable"
    retryable = True


class Refused(ModelError):
    """The provider will not serve this request: bad key, unknown model, prompt too long, a redirect."""

    code = "model_refused"


class Declined(ModelError):
    """The provider's safety rules, or the model's own, ended the reply or kept it from beginning."""

    code = "model_declined"


class BrokenStream(ModelError):
    """What arrived is no reply: malformed data, an error in the middle, too many bytes ("oversized")."""

    code = "model_broken_reply"
    retryable = True


class EmptyReply(ModelError):
    """The reply ended well, without a word."""

    code = "model_empty"
    retryable = True


class Truncated(ModelError):
    """The reply ended politely but without saying that it was whole."""

    code = "model_truncated"
    retryable = True
