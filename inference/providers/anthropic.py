"""Anthropic's Messages, over our own connection: their client takes seconds and 67 MB to import (docs/adr)."""

from typing import Any

from inference.base import ChatRequest
from inference.formats.anthropic import AnthropicParser
from inference.providers.lanes import Endpoint
from inference.providers.lines import Laid, laid_out, stops
from inference.providers.schemas import without_limits
from inference.providers.served import Served

VERSION = "2023-06-01"
REPLY_TOKENS = 4_096  # they demand a limit; where none was asked for, it is this one
MOST_STOPS = 8_191
ANSWER = "answer"  # the tool by which a model without structured output answers to a schema

Block = dict[str, Any]


class Anthropic(Served):
    """ChatModel of one server that speaks Anthropic's protocol."""

    parser = AnthropicParser

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self.headers["anthropic-version"] = VERSION
        if endpoint.key:
            self.headers["x-api-key"] = endpoint.key

    def path(self, request: ChatRequest) -> str:
        return f"{self.root}/messages"

    def body(self, request: ChatRequest) -> dict[str, Any]:
        laid = laid_out(request.lines, prefill=request.abilities.prefill)
        system, messages = _blocks(laid, request.cache_after)
        body: dict[str, Any] = {
            "model": request.model,
            "max_tokens": request.limit or request.abilities.most_reply or REPLY_TOKENS,
            "messages": messages,
            "stream": True,
        }
        if system:
            body["system"] = system
        if wanted := stops(request.stop, most=MOST_STOPS):
            body["stop_sequences"] = wanted
        if request.user:
            body["metadata"] = {"user_id": request.user}
        return body | _sampling(request) | _schema(request)


def _sampling(request: ChatRequest) -> dict[str, Any]:
    """Temperature runs to 1, and newer models refuse it beside top_p."""
    if not request.abilities.sampling:
        return {}
    if request.temperature is not None:
        return {"temperature": min(1.0, request.temperature)}
    return {} if request.top_p is None else {"top_p": request.top_p}


def _schema(request: ChatRequest) -> dict[str, Any]:
    if request.schema is None:
        return {}
    schema = without_limits(request.schema)
    if request.abilities.json:
        return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    return {
        "tools": [{"name": ANSWER, "description": "Give the answer.", "input_schema": schema}],
        "tool_choice": {"type": "tool", "name": ANSWER},
    }


def _blocks(laid: Laid, cache_after: int | None) -> tuple[list[Block], list[dict[str, Any]]]:
    """System blocks and messages. Marked for their cache: the end of the system, and of the prefix that stays."""
    system = [_text(text) for text, _ in laid.system]
    messages: list[dict[str, Any]] = []
    last: Block | None = None
    marked = system[-1:]
    for turn in laid.turns:
        blocks = [_text(text) for text in turn.parts]
        messages.append({"role": turn.role, "content": blocks})
        for last, upto in zip(blocks, turn.upto, strict=True):
            if 0 < upto <= (cache_after or 0):
                marked = [*system[-1:], last]
    if last is not None and messages[-1]["role"] == "assistant":
        # A last line to be carried on must not end in white space.
        last["text"] = last["text"].rstrip()
    if cache_after is not None:
        for block in marked:
            block["cache_control"] = {"type": "ephemeral"}
    return system, messages


def _text(text: str) -> Block:
    return {"type": "text", "text": text}
