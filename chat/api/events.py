"""Frames as server-sent events: the same for whoever listens to a talk and for whoever waits for one reply."""

from uuid import UUID

import msgspec
from django.conf import settings

from chat.services.listening import Mark

BEGUN, KEEP_ALIVE = b": begun\n\n", b": still here\n\n"


class Head(msgspec.Struct):
    """What has to be known of a frame to pass it on."""

    type: str
    message_id: str = ""
    parent_id: str | None = None
    seq: int = 0
    head_id: str | None = None

    @property
    def mark(self) -> Mark | None:
        """Up to where somebody has heard the reply who has this frame."""
        if self.type not in ("ai_chunk", "ai_end"):
            return None
        return Mark(UUID(self.message_id), self.seq, self.type == "ai_end")


head_of = msgspec.json.Decoder(Head).decode


def event_of(frame: str) -> bytes:
    """`id` is what a client sends as Last-Event-ID to hear what comes after it."""
    head = head_of(frame)
    mark = head.mark
    numbered = f"id: {mark}\n" if mark else ""
    return f"event: {head.type}\n{numbered}data: {frame}\n\n".encode()


def silence() -> float:
    """Seconds after which a word is said for its own sake: proxies, and we, take the silent for gone."""
    return float(settings.HEARTBEAT_SECONDS) / 2
