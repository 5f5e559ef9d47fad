"""Google's Gemini, over our own connection. The key goes in a header, never in the address."""

from typing import Any
from urllib.parse import quote

from inference.base import ChatRequest
from inference.formats.gemini import GeminiParser
from inference.providers.lanes import Endpoint
from inference.providers.lines import laid_out, stops
from inference.providers.served import Served

MOST_STOPS = 5
HARMS = (
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
)
ROLES = {"user": "user", "assistant": "model"}


class Gemini(Served):
    """ChatModel of one server that speaks Gemini's protocol. What stays the same is cached there unasked."""

    parser = GeminiParser

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        if endpoint.key:
            self.headers["x-goog-api-key"] = endpoint.key

    def path(self, request: ChatRequest) -> str:
        model = quote(request.model.removeprefix("models/"), safe="")
        return f"{self.root}/models/{model}:streamGenerateContent?alt=sse"

    def body(self, request: ChatRequest) -> dict[str, Any]:
        laid = laid_out(request.lines, prefill=request.abilities.prefill)
        body: dict[str, Any] = {
            "contents": [{"role": ROLES[turn.role], "parts": _parts(turn.parts)} for turn in laid.turns]
        }
        if laid.system:
            body["systemInstruction"] = {"parts": _parts(text for text, _ in laid.system)}
        if self.endpoint.safety:
            body["safetySettings"] = [{"category": harm, "threshold": self.endpoint.safety} for harm in HARMS]
        if config := self._config(request):
            body["generationConfig"] = config
        return body

    def _config(self, request: ChatRequest) -> dict[str, Any]:
        able = request.abilities
        wanted = {
            "temperature": request.temperature if able.sampling else None,
            "topP": request.top_p if able.sampling else None,
            "maxOutputTokens": request.limit,
            "stopSequences": stops(request.stop, most=MOST_STOPS) or None,
            "seed": request.seed if able.seed else None,
            "responseMimeType": "application/json" if request.schema is not None else None,
            "responseJsonSchema": request.schema if able.json else None,
        }
        return {name: value for name, value in wanted.items() if value is not None}


def _parts(texts: Any) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]
