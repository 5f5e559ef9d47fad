"""Chat completions."""

import json
import time
from typing import Any

from inference.standin.faces.base import Counted, data, number
from inference.standin.http import problem
from inference.standin.prompt import Prompt, prompt_of
from inference.standin.steps import Finish, Odd


class OpenAIFace:
    def __init__(self, body: dict[str, Any]) -> None:
        self.prompt: Prompt = prompt_of(body)
        self.seed = body.get("seed")
        self.cached = self.written = 0
        self._with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        self._head = (
            f'"id":"chatcmpl-standin{number():06d}","object":"chat.completion.chunk",'
            f'"created":{int(time.time())},"model":{json.dumps(self.prompt.model)}'
        )

    def begin(self) -> bytes:
        return self._delta({"role": "assistant", "content": ""})

    def say(self, text: str) -> bytes:
        return self._delta({"content": text})

    def think(self, text: str) -> bytes:
        return self._delta({"reasoning_content": text})

    def odd(self, step: Odd) -> bytes:
        match step:
            case Odd.KEEP_ALIVE:
                return b": keep-alive\n\n"
            case Odd.GARBLED:
                return b'data: {"choices": [{"delta": {"con\n\n'
            case Odd.FAULT:
                return data(problem("the engine died", "server_error", "engine_dead"))

    def finish(self, step: Finish, counted: Counted | None) -> bytes:
        out = self._delta({}, finish=step.reason) if step.reason else b""
        if counted and self._with_usage:
            out += f'data: {{{self._head},"choices":[],"usage":{json.dumps(usage(counted))}}}\n\n'.encode()
        return out + (b"data: [DONE]\n\n" if step.done else b"")

    def failure(self, status: int, retry_after: str | None) -> tuple[Any, dict[str, str]]:
        return failure(status, retry_after)

    def _delta(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        text = json.dumps(delta, ensure_ascii=False)
        reason = f'"{finish}"' if finish else "null"
        usage = ',"usage":null' if self._with_usage else ""
        choice = f'{{"index":0,"delta":{text},"finish_reason":{reason}}}'
        return f'data: {{{self._head},"choices":[{choice}]{usage}}}\n\n'.encode()


def failure(status: int, retry_after: str | None) -> tuple[Any, dict[str, str]]:
    code = "model_not_found" if status == 404 else f"simulated_{status}"
    headers = {"retry_after": retry_after} if retry_after else {}
    return problem(f"simulated error {status}", "simulated", code), headers


def usage(counted: Counted) -> dict[str, Any]:
    told: dict[str, Any] = {
        "prompt_tokens": counted.prompt,
        "completion_tokens": counted.completion,
        "total_tokens": counted.prompt + counted.completion,
    }
    return told | ({"prompt_tokens_details": {"cached_tokens": counted.cached}} if counted.cached else {})
