"""Completions as OpenAI's API shapes them, whole and in chunks."""

import json
import time
from typing import Any

from chat import protocol
from chat.services.speech import Speech
from inference.base import Usage

DONE = b"data: [DONE]\n\n"


class Completion:
    """One answer: all its chunks have the same id, model and time."""

    def __init__(self, id_: str, model: str) -> None:
        self.id, self.model, self.created = f"chatcmpl-{id_}", model, int(time.time())

    def whole(self, speech: Speech) -> dict[str, Any]:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": speech.text, "refusal": None},
            "logprobs": None,
            "finish_reason": speech.finish,
        }
        return self._object("chat.completion", [choice]) | {"usage": usage_of(speech.usage)}

    def chunk(self, *, finish: str | None = None, **delta: str) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event(self._object("chat.completion.chunk", [choice]))

    def usage(self, speech: Speech) -> bytes:
        return event(self._object("chat.completion.chunk", []) | {"usage": usage_of(speech.usage)})

    def _object(self, kind: str, choices: list[Any]) -> dict[str, Any]:
        told = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        return told | {"choices": choices, "system_fingerprint": None}


def usage_of(usage: Usage | protocol.Usage | None) -> dict[str, Any] | None:
    if usage is None:
        return None
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }


def event(told: Any) -> bytes:
    return b"data: " + json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"
