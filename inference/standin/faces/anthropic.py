"""Anthropic's messages: strict about what is asked, and with a cache for the prefixes that are marked."""

import json
from collections import OrderedDict
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from inference.standin.faces.base import Counted, data, number
from inference.standin.prompt import Prompt, count_tokens, prompt_of
from inference.standin.steps import Finish, Odd

REASONS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
REMEMBERED = 512

_kept: OrderedDict[bytes, None] = OrderedDict()


class AnthropicFace:
    """ValueError, as theirs would be 400, for what they do not take."""

    seed: int | None = None

    def __init__(self, body: dict[str, Any]) -> None:
        if not body.get("stream"):
            raise ValueError("the stand-in only streams here")
        self.prompt: Prompt = prompt_of(_as_completion(body))
        self._model, self._by_tool = self.prompt.model, bool(body.get("tools"))
        self.cached, self.written = _cache(body)

    def begin(self) -> bytes:
        message: dict[str, Any] = {
            "id": f"msg_standin{number():06d}",
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": self._input(self.prompt.tokens(), self.cached, self.written) | {"output_tokens": 1},
        }
        block: dict[str, Any] = {"type": "text", "text": ""}
        if self._by_tool:
            block = {"type": "tool_use", "id": "toolu_standin", "name": "answer", "input": {}}
        return (
            data({"type": "message_start", "message": message}, "message_start")
            + data({"type": "content_block_start", "index": 0, "content_block": block}, "content_block_start")
            + data({"type": "ping"}, "ping")
        )

    def say(self, text: str) -> bytes:
        kind = {"type": "input_json_delta", "partial_json": text} if self._by_tool else None
        return self._delta(kind or {"type": "text_delta", "text": text})

    def think(self, text: str) -> bytes:
        return self._delta({"type": "thinking_delta", "thinking": text})

    def odd(self, step: Odd) -> bytes:
        match step:
            case Odd.KEEP_ALIVE:
                return data({"type": "ping"}, "ping")
            case Odd.GARBLED:
                return b'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"te\n\n'
            case Odd.FAULT:
                return data(_problem("unknown_error", "the engine died"), "error")

    def finish(self, step: Finish, counted: Counted | None) -> bytes:
        out = data({"type": "content_block_stop", "index": 0}, "content_block_stop")
        if step.reason or counted:
            reason = "stop_sequence" if step.sequence else REASONS.get(step.reason or "", step.reason)
            if self._by_tool and reason == "end_turn":
                reason = "tool_use"
            delta = {"stop_reason": reason, "stop_sequence": step.sequence}
            told: dict[str, Any] = {"type": "message_delta", "delta": delta}
            if counted:
                told["usage"] = self._input(counted.prompt, counted.cached, counted.written)
                told["usage"]["output_tokens"] = counted.completion
            out += data(told, "message_delta")
        return out + (data({"type": "message_stop"}, "message_stop") if step.done else b"")

    def failure(self, status: int, retry_after: str | None) -> tuple[Any, dict[str, str]]:
        headers = {"retry_after": retry_after} if retry_after else {}
        return _problem(KINDS.get(status, "api_error"), f"simulated error {status}"), headers

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return data({"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta")

    @staticmethod
    def _input(prompt: int, cached: int, written: int) -> dict[str, Any]:
        """Theirs are three figures that add up to the prompt."""
        return {
            "input_tokens": prompt - cached - written,
            "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": written,
        }


def _problem(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_standin"}


def _as_completion(body: dict[str, Any]) -> dict[str, Any]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("messages: at least one message is required")
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        raise ValueError("max_tokens: Field required")
    if any(not one.strip() for one in body.get("stop_sequences", ())):
        raise ValueError("stop_sequences: each stop sequence must contain non-whitespace")
    if not 0 <= body.get("temperature", 1) <= 1:
        raise ValueError("temperature: range: 0..1")
    if "temperature" in body and "top_p" in body:
        raise ValueError("`temperature` and `top_p` cannot both be specified for this model")
    _check_turns(messages, prefill="no-prefill" not in str(body.get("model")))
    system = _blocks(body.get("system") or [])
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    if body.get("tools"):
        [tool] = body["tools"]
        schema = tool["input_schema"]
    asked = {
        "model": body.get("model"),
        "messages": [{"role": "system", "content": "\n\n".join(system)}] * bool(system)
        + [{"role": each["role"], "content": "\n\n".join(_blocks(each["content"]))} for each in messages],
        "max_tokens": body["max_tokens"],
        "stop": body.get("stop_sequences"),
        "temperature": body.get("temperature"),
    }
    if schema is not None:
        asked["response_format"] = {"type": "json_schema", "json_schema": {"schema": schema}}
    return asked


def _check_turns(messages: list[Any], *, prefill: bool) -> None:
    roles = [each["role"] for each in messages]
    if roles[0] != "user" or any(role not in ("user", "assistant") for role in roles):
        raise ValueError("messages: first message must use the user role, others user or assistant")
    if any(one == other for one, other in pairwise(roles)):
        raise ValueError("messages: roles must alternate")
    if roles[-1] == "assistant":
        if not prefill:
            raise ValueError("This model does not support assistant message prefill")
        if _blocks(messages[-1]["content"])[-1] != _blocks(messages[-1]["content"])[-1].rstrip():
            raise ValueError("messages: final assistant content cannot end with trailing whitespace")


def _blocks(content: Any) -> list[str]:
    texts = [content] if isinstance(content, str) else [block["text"] for block in content]
    if any(not text.strip() for text in texts):
        raise ValueError("messages: text content blocks must contain non-whitespace text")
    return texts


def _cache(body: dict[str, Any]) -> tuple[int, int]:
    """Tokens read from, and written to, the cache: everything up to the last mark."""
    system = body.get("system") or []
    parts = [system] if isinstance(system, str) else list(system)
    for message in body["messages"]:
        content = message["content"]
        parts += [content] if isinstance(content, str) else content
    marks = [at for at, part in enumerate(parts) if isinstance(part, dict) and part.get("cache_control")]
    if len(marks) > 4:
        raise ValueError("A maximum of 4 blocks with cache_control may be provided")
    sizes = [count_tokens(part if isinstance(part, str) else part["text"]) + 4 for part in parts]
    read = 0
    for mark in marks:
        told = json.dumps([part if isinstance(part, str) else part["text"] for part in parts[: mark + 1]])
        key = blake2b(f"{body.get('model')} {told}".encode(), digest_size=16).digest()
        if key in _kept:
            read = sum(sizes[: mark + 1])
        _kept[key] = None
    while len(_kept) > REMEMBERED:
        _kept.popitem(last=False)
    return read, sum(sizes[: marks[-1] + 1]) - read if marks else 0
