"""Chat completions as OpenAI streams them, and the many servers that do as it does."""

from inference import wire
from inference.parser import ReplyParser
from inference.refusals import error_in_stream


class OpenAIParser(ReplyParser):
    """Ends with a finish reason, then usage, then [DONE]."""

    __slots__ = ()

    def read(self, payload: bytes, said: list[str]) -> None:
        if payload == b"[DONE]":
            self.done = True
            return
        chunk = wire.decode_chunk(payload)
        if chunk.error:
            self.error = error_in_stream(payload)
            return
        if chunk.usage:
            self.usage = wire.usage_of(chunk.usage) or self.usage
        if not chunk.choices:
            return
        choice = chunk.choices[0]
        if choice.finish_reason:
            self.finish = choice.finish_reason
        if (delta := choice.delta) is None:
            return
        if delta.content:
            text = delta.content if isinstance(delta.content, str) else wire.text_of(delta.content)
            if text:
                said.append(text)
            self.life = True
        elif delta.reasoning_content or delta.reasoning:
            self.life = True
