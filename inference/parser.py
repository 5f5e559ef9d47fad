"""Server-sent events to text: bytes in, text out, wherever the bytes happen to be cut.

What an event means is a wire format's own business: `inference/formats/` has one class for each.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import msgspec

from inference import wire
from inference.base import BrokenStream, ModelError, Usage
from inference.refusals import error_in_stream

DECLINED = "content_filter"  # the finish reason of a reply that the provider's safety rules ended


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes: one event, the text of one reply, and all that one reply may put on the wire."""

    event: int = 262_144
    text: int = 262_144
    wire: int = 67_108_864


class ReplyParser(ABC):
    """Server-sent events to text. Knows nothing of sockets or time.

    A wire format says what one event means (`read`): it adds text to `said`, marks `life`, and sets `finish`,
    `usage`, `error` and `done`. `begun` is what a format reports of the question before the answer is whole.
    """

    __slots__ = ("begun", "bounds", "done", "error", "finish", "life", "pieces", "rest", "size", "usage", "wired")

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.rest = b""
        self.pieces: list[str] = []
        self.size = self.wired = 0
        self.finish: str | None = None
        self.usage: Usage | None = None
        self.begun: Usage | None = None
        self.done = False
        self.error: ModelError | None = None
        # Whether the last feed held text or reasoning: nothing else proves that the model is at work.
        self.life = False

    @abstractmethod
    def read(self, payload: bytes, said: list[str]) -> None:
        """Take one event's data. Raises what msgspec raises for data that is none."""

    def feed(self, data: bytes) -> str:
        """The text that these bytes complete. After `error` is set nothing more may be fed."""
        self.wired += len(data)
        *events, self.rest = (self.rest + data).replace(b"\r\n", b"\n").split(b"\n\n")
        said: list[str] = []
        self.life = False
        for event in events:
            if len(event) > self.bounds.event:
                self.error = BrokenStream("event too large", code="oversized")
            elif event:
                self._take(event, said)
            if self.done or self.error:
                break
        if not self.error and (len(self.rest) > self.bounds.event or self.wired > self.bounds.wire):
            self.error = BrokenStream("too many bytes", code="oversized")
        return self._bounded("".join(said)) if said else ""

    def close(self) -> str:
        """The body has ended; a last event may lack its blank line, half an event is dropped."""
        last, self.rest = self.rest.strip(), b""
        if not last or self.done or self.error:
            return ""
        text = self.feed(last + b"\n\n")
        if isinstance(self.error, BrokenStream) and self.error.code == "malformed":
            self.error = None
        return text

    def _take(self, event: bytes, said: list[str]) -> None:
        payload, failed = wire.payload_of(event)
        if failed:
            self.error = error_in_stream(payload)
        elif payload.strip():
            try:
                self.read(payload, said)
            except (msgspec.DecodeError, UnicodeDecodeError):
                self.error = BrokenStream("malformed event", code="malformed")

    def _bounded(self, text: str) -> str:
        # Postgres holds no NUL, and no reply needs one.
        if "\0" in text:
            text = text.replace("\0", "")
        encoded = len(text) if text.isascii() else len(text.encode())
        if self.size + encoded > self.bounds.text:
            text = text.encode()[: self.bounds.text - self.size].decode(errors="ignore")
            self.error = BrokenStream("reply too long", code="oversized")
        self.size += encoded
        if text:
            self.pieces.append(text)
        return text
