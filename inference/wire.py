"""What OpenAI-compatible servers put on the wire, as far as we look at it."""

from typing import Any

import msgspec

from inference.base import Usage


class Delta(msgspec.Struct, gc=False):
    # A few servers send a list of typed parts instead of text.
    content: str | list[Any] | None = None
    reasoning_content: str | list[Any] | None = None
    reasoning: str | list[Any] | None = None


class Choice(msgspec.Struct):
    delta: Delta | None = None
    finish_reason: str | None = None


class Chunk(msgspec.Struct):
    choices: list[Choice] | None = None
    usage: dict[str, Any] | None = None
    error: Any = None


decode_chunk = msgspec.json.Decoder(Chunk).decode
encode = msgspec.json.Encoder().encode


def text_of(content: str | list[Any] | None) -> str:
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text")
        return "".join(part for part in parts if isinstance(part, str))
    return content or ""


def usage_of(reported: dict[str, Any] | None) -> Usage | None:
    """None unless both figures are there; the cached share has two spellings."""
    if not reported:
        return None
    prompt, completion = reported.get("prompt_tokens"), reported.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    details = reported.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    cached = reported.get("prompt_cache_hit_tokens") if cached is None else cached
    return Usage(prompt=prompt, completion=completion, cached=cached if isinstance(cached, int) else 0)


def payload_of(event: bytes) -> tuple[bytes, bool]:
    """The joined data of one server-sent event, and whether it is named an error; comments leave nothing."""
    if event.startswith(b"data: ") and b"\n" not in event:
        return event[6:], False
    data, failed = [], False
    for line in event.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif name == b"event":
            failed = value.strip() == b"error"
    return b"\n".join(data), failed
