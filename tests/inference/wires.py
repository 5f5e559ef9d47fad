"""One reply as each vendor sends it, shaped after what their own libraries are tested with."""

import json
from typing import Any

from inference.base import Usage

SAID = "She opens the door — “come in,” 她说，🎭 *pours tea*\n\n```py\nx = 1\n```"


def data(payload: dict[str, Any], name: str = "") -> bytes:
    event = f"event: {name}\n".encode() if name else b""
    return event + b"data: " + json.dumps(payload, ensure_ascii=False).encode() + b"\n\n"


def _openai() -> bytes:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        return data({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": None})

    usage = {"prompt_tokens": 90, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 60}}
    return b"".join(
        [
            b": a comment first\n\n",
            chunk({"role": "assistant", "content": "", "refusal": None}),
            *(chunk({"content": letter}) for letter in SAID),
            chunk({}, "stop"),
            data({"id": "c", "choices": [], "usage": usage}),
            b"data: [DONE]\n\n",
        ]
    )


def _anthropic() -> bytes:
    def event(kind: str, **more: Any) -> bytes:
        return data({"type": kind} | more, kind)

    counted = {"input_tokens": 11, "cache_creation_input_tokens": 19, "cache_read_input_tokens": 60}
    message: dict[str, Any] = {
        "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m", "stop_reason": None,
        "stop_sequence": None, "usage": counted | {"output_tokens": 1, "service_tier": "standard"},
    }  # fmt: skip
    return b"".join(
        [
            event("message_start", message=message),
            event("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""}),
            event("ping"),
            event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm."}),
            event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "c3lu"}),
            event("content_block_stop", index=0),
            event("content_block_start", index=1, content_block={"type": "text", "text": ""}),
            *(
                event("content_block_delta", index=1, delta={"type": "text_delta", "text": letter})
                for letter in SAID
            ),
            event("content_block_stop", index=1),
            event("something_new", index=1, detail={"a": 1}),
            event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 7}),
            event("message_stop"),
        ]
    )  # fmt: skip


def _gemini() -> bytes:
    def response(part: dict[str, Any], **more: Any) -> bytes:
        content = {"parts": [part], "role": "model"}
        return data({"candidates": [{"content": content, "index": 0} | more], "responseId": "r", "modelVersion": "m"})

    counted = {
        "promptTokenCount": 90, "candidatesTokenCount": 4, "thoughtsTokenCount": 3, "cachedContentTokenCount": 60,
        "totalTokenCount": 97, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 90}],
    }  # fmt: skip
    last = {"content": {"parts": [{"text": "", "thoughtSignature": "c3lu"}], "role": "model"}, "finishReason": "STOP"}
    return b"".join(
        [
            response({"text": "Hm.", "thought": True}),
            *(response({"text": letter}) for letter in SAID),
            data({"candidates": [last | {"index": 0}], "usageMetadata": counted}),
        ]
    )


WIRES = {"openai": _openai(), "anthropic": _anthropic(), "gemini": _gemini()}
ENDED = {
    "openai": Usage(90, 7, cached=60),
    "anthropic": Usage(90, 7, cached=60, written=19),
    "gemini": Usage(90, 7, cached=60),
}
