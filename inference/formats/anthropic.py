"""Messages as Anthropic streams them: each event names its type, and usage comes in two halves."""

from typing import Any

import msgspec

from inference.base import Usage
from inference.parser import DECLINED, ReplyParser
from inference.refusals import error_in_stream

# `tool_use`: the answer to a schema on a model that can do it by a tool only.
FINISHES = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": DECLINED,
}


class Tokens(msgspec.Struct, gc=False):
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None


class Message(msgspec.Struct, gc=False):
    usage: Tokens | None = None


class Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    stop_reason: str | None = None


class Event(msgspec.Struct, gc=False):
    type: str
    message: Message | None = None
    delta: Delta | None = None
    usage: Tokens | None = None
    error: Any = None


_decode = msgspec.json.Decoder(Event).decode


class AnthropicParser(ReplyParser):
    """Ends with a `message_delta` that has the reason and the tokens said, then `message_stop`."""

    __slots__ = ("_counted",)

    def __init__(self, bounds: Any) -> None:
        super().__init__(bounds)
        self._counted = Tokens()

    def read(self, payload: bytes, said: list[str]) -> None:
        event = _decode(payload)
        if event.type == "content_block_delta" and event.delta is not None:
            delta = event.delta
            if text := delta.text or delta.partial_json:
                said.append(text)
                self.life = True
            elif delta.thinking:
                self.life = True
        elif event.type == "message_start" and event.message is not None and event.message.usage:
            self._count(event.message.usage)
            self.begun = self._usage()
        elif event.type == "message_delta":
            if event.usage is not None:
                self._count(event.usage)
                self.usage = self._usage()
            if event.delta is not None and (reason := event.delta.stop_reason):
                self.finish = FINISHES.get(reason, reason)
        elif event.type == "message_stop":
            self.done = True
        elif event.type == "error" or event.error:
            self.error = error_in_stream(payload)

    def _count(self, more: Tokens) -> None:
        """Counts are cumulative, and what did not change may be left out."""
        for name in Tokens.__struct_fields__:
            if (value := getattr(more, name)) is not None and value >= 0:
                setattr(self._counted, name, value)

    def _usage(self) -> Usage | None:
        """The provider's `input_tokens` are only those that no cache had to do with."""
        found = self._counted
        if found.input_tokens is None or found.output_tokens is None:
            return None
        read, written = found.cache_read_input_tokens or 0, found.cache_creation_input_tokens or 0
        return Usage(
            prompt=found.input_tokens + read + written, completion=found.output_tokens, cached=read, written=written
        )
