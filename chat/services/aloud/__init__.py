"""Replies said aloud: to sockets while they are written, and once more from what is stored."""

from chat.services.aloud.ear import ReadAloud, listener_named

__all__ = ["ReadAloud", "listener_named"]
