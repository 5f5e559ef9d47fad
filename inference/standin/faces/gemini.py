"""Gemini's `streamGenerateContent`: each event a whole response, the model in the path, the key in a header."""

from typing import Any

from inference.standin.faces.base import Counted, data, number
from inference.standin.prompt import Prompt, prompt_of
from inference.standin.steps import Finish, Odd

REASONS = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
STATES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class GeminiFace:
    """ValueError for what they do not take."""

    cached = written = 0

    def __init__(self, body: dict[str, Any], model: str) -> None:
        self.seed = (body.get("generationConfig") or {}).get("seed")
        self.prompt: Prompt = prompt_of(_as_completion(body, model))
        self._model, self._id = model, f"standin{number():06d}"
        self._spoke = False

    def begin(self) -> bytes:
        return b""

    def say(self, text: str) -> bytes:
        self._spoke = True
        return self._response(text=text)

    def think(self, text: str) -> bytes:
        return self._response(text=text, thought=True)

    def odd(self, step: Odd) -> bytes:
        match step:
            case Odd.KEEP_ALIVE:
                return b": keep-alive\n\n"
            case Odd.GARBLED:
                return b'data: {"candidates": [{"content": {"par\n\n'
            case Odd.FAULT:
                return data(_problem(500, "UNKNOWN", "the engine died"))

    def finish(self, step: Finish, counted: Counted | None) -> bytes:
        if step.reason == "content_filter" and not self._spoke:
            feedback = {"blockReason": "PROHIBITED_CONTENT"}
            return data({"promptFeedback": feedback} | self._usage(counted))
        if step.reason is None:
            return b""
        candidate = {"finishReason": REASONS.get(step.reason, step.reason), "index": 0}
        return data({"candidates": [candidate]} | self._usage(counted) | self._about())

    def failure(self, status: int, retry_after: str | None) -> tuple[Any, dict[str, str]]:
        told = _problem(status, STATES.get(status, "UNKNOWN"), f"simulated error {status}")
        if retry_after:
            kind = "type.googleapis.com/google.rpc.RetryInfo"
            told["error"]["details"] = [{"@type": kind, "retryDelay": f"{retry_after}s"}]
        return told, {}

    def _response(self, *, text: str, thought: bool = False) -> bytes:
        part: dict[str, Any] = {"text": text} | ({"thought": True} if thought else {})
        content = {"parts": [part], "role": "model"}
        return data({"candidates": [{"content": content, "index": 0}]} | self._about())

    def _about(self) -> dict[str, str]:
        return {"modelVersion": self._model, "responseId": self._id}

    def _usage(self, counted: Counted | None) -> dict[str, Any]:
        if counted is None:
            return {}
        told = {
            "promptTokenCount": counted.prompt,
            "candidatesTokenCount": counted.completion,
            "totalTokenCount": counted.prompt + counted.completion,
        }
        return {"usageMetadata": told | ({"cachedContentTokenCount": counted.cached} if counted.cached else {})}


def _problem(status: int, state: str, message: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": state}}


def _as_completion(body: dict[str, Any], model: str) -> dict[str, Any]:
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        raise ValueError("GenerateContentRequest.contents: contents is not specified")
    if any(each.get("role", "user") not in ("user", "model") for each in contents):
        raise ValueError("Please use a valid role: user, model.")
    if contents[-1].get("role") == "model" and "no-prefill" in model:
        raise ValueError("Please ensure that the conversation ends with a user role.")
    config = body.get("generationConfig") or {}
    if len(config.get("stopSequences", ())) > 5:
        raise ValueError("The number of stop sequences must be at most 5")
    system = (body.get("systemInstruction") or {}).get("parts") or []
    roles = {"user": "user", "model": "assistant"}
    asked = {
        "model": model,
        "messages": [{"role": "system", "content": _joined(system)}] * bool(system)
        + [{"role": roles[each.get("role", "user")], "content": _joined(each["parts"])} for each in contents],
        "max_tokens": config.get("maxOutputTokens"),
        "stop": config.get("stopSequences"),
        "temperature": config.get("temperature"),
        "seed": config.get("seed"),
    }
    if config.get("responseMimeType") == "application/json":
        schema = config.get("responseJsonSchema")
        asked["response_format"] = (
            {"type": "json_object"} if schema is None else {"type": "json_schema", "json_schema": {"schema": schema}}
        )
    return asked


def _joined(parts: list[dict[str, Any]]) -> str:
    return "\n\n".join(str(part["text"]) for part in parts)
