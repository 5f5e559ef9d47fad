"""What a line says, and when it was said."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from chat.models import Message
from chat.scene import audience_of

PREVIEW_CHARACTERS = 90
_MARKS = re.compile(r"[*_`#>~|]+")


def said_at(message_id: UUID) -> datetime:
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def text_of_message(row: Any) -> str:
    return text_in(row.body, row.id)


def text_in(body: bytes | memoryview, message_id: UUID) -> str:
    """What a line says, or said; empty where that can no longer be read."""
    try:
        return cipher_for(key_id_of(body)).open(body, Place("message", message_id))
    except ContentLost:
        return ""


def preview_of(message: Message | None, user: User) -> str:
    """How a line begins; empty where the user may not see it."""
    if message is None or not audience_of(message).shown_to(user.pk):
        return ""
    plain = _MARKS.sub("", text_of_message(message)[: PREVIEW_CHARACTERS * 2])
    return " ".join(plain.split())[:PREVIEW_CHARACTERS]
