"""Gemini's `streamGenerateContent` with `alt=sse`: every event is a whole response, with no mark at the end."""

from typing import Any

import msgspec

from inference.base import BrokenStream, Usage
from inference.parser import DECLINED, ReplyParser
from inference.refusals import error_in_stream

FINISHES = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": DECLINED,
    "RECITATION": DECLINED,
    "BLOCKLIST": DECLINED,
    "PROHIBITED_CONTENT": DECLINED,
    "SPII": DECLINED,
}


class Part(msgspec.Struct, gc=False):
    text: str = ""
    thought: bool = False


class Content(msgspec.Struct, gc=False):
    parts: list[Part] = []


class Candidate(msgspec.Struct, rename="camel", gc=False):
    content: Content | None = None
    finish_reason: str | None = None


class Feedback(msgspec.Struct, rename="camel", gc=False):
    block_reason: str | None = None


class Counted(msgspec.Struct, rename="camel", gc=False):
    prompt_token_count: int | None = None
    candidates_token_count: int = 0
    thoughts_token_count: int = 0
    cached_content_token_count: int = 0


class Response(msgspec.Struct, rename="camel"):
    candidates: list[Candidate] = []
    prompt_feedback: Feedback | None = None
    usage_metadata: Counted | None = None
    error: Any = None


_decode = msgspec.json.Decoder(Response).decode


class GeminiParser(ReplyParser):
    """Ends with the response that has a finish reason; a prompt that is blocked has no candidate at all."""

    __slots__ = ()

    def read(self, payload: bytes, said: list[str]) -> None:
        response = _decode(payload)
        if response.error:
            self.error = error_in_stream(payload)
            return
        counted = self._counted(response.usage_metadata)
        if response.prompt_feedback is not None and response.prompt_feedback.block_reason:
            self.finish, self.usage, self.done = DECLINED, counted, True
            return
        if response.candidates:
            self._heard(response.candidates[0], said)
        if not self.finish:
            self.begun = counted or self.begun
        elif counted:
            self.usage, self.done = counted, True

    def _heard(self, candidate: Candidate, said: list[str]) -> None:
        for part in candidate.content.parts if candidate.content else ():
            if part.text:
                self.life = True
                if not part.thought:
                    said.append(part.text)
        if (reason := candidate.finish_reason) and reason != "FINISH_REASON_UNSPECIFIED":
            self.finish = FINISHES.get(reason)
            if self.finish is None:
                self.error = BrokenStream(f"ended with {reason[:40]}", code="error_event")

    @staticmethod
    def _counted(found: Counted | None) -> Usage | None:
        """What was thought is said too, as far as the bill goes; what the cache had is part of the prompt."""
        if found is None or found.prompt_token_count is None:
            return None
        said = found.candidates_token_count + found.thoughts_token_count
        if min(found.prompt_token_count, said, found.cached_content_token_count) < 0:
            return None
        return Usage(prompt=found.prompt_token_count, completion=said, cached=found.cached_content_token_count)
