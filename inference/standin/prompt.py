"""A chat request as the stand-in sees it."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

TOKENS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_]+|[^\s\w]|_|\n")


@dataclass(frozen=True, slots=True)
class PromptLine:
    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """`take` tells repeated askings of one thing apart: the request's seed, or how often it was asked."""

    model: str
    lines: tuple[PromptLine, ...]
    key: bytes
    take: int = 0
    limit: int = 0
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    temperature: float = 0.8

    def tokens(self) -> int:
        return sum(count_tokens(line.content) + 4 for line in self.lines)


def prompt_of(body: dict[str, Any]) -> Prompt:
    """ValueError when the request is not one; content may be text or a list of parts."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("messages must be a list with at least one message")
    lines = tuple(_line(message) for message in messages)
    digest = blake2b(digest_size=16)
    for line in lines:
        digest.update(f"{line.role}\0{line.content}\0".encode("utf-8", "surrogatepass"))
    stop = body.get("stop") or ()
    temperature = body.get("temperature")
    return Prompt(
        model=str(body.get("model", "")),
        lines=lines,
        key=digest.digest(),
        limit=int(body.get("max_completion_tokens") or body.get("max_tokens") or 0),
        stop=(stop,) if isinstance(stop, str) else tuple(str(one) for one in stop),
        schema=_schema(body.get("response_format")),
        temperature=0.8 if temperature is None else float(temperature),
    )


def _line(message: Any) -> PromptLine:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise ValueError("a message needs a role")
    content = message.get("content") or ""
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return PromptLine(message["role"], str(content))


def _schema(response_format: Any) -> dict[str, Any] | None:
    if not isinstance(response_format, dict):
        return None
    if response_format.get("type") == "json_object":
        return {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    if response_format.get("type") == "json_schema":
        schema = (response_format.get("json_schema") or {}).get("schema")
        return schema if isinstance(schema, dict) else {}
    return None


def count_tokens(text: str) -> int:
    """About what a byte-pair vocabulary makes of it; not the estimator that the product plans with."""
    return sum(1 + (len(found) - 1) // 7 for found in TOKENS.findall(text))
