"""A note of a talk, as a sweep would have written it."""

import json
from typing import Any

from accounts.encryption import Place, cipher_for
from accounts.ids import uuid7
from chat.models import Conversation
from memory.models import SessionNote


def a_note(talk: Conversation, **sections: Any) -> SessionNote:
    key, line = uuid7(), talk.head_id or uuid7()
    told = {"happened": ["They met."], "open": [], "places": [], "standing": ""} | sections
    return SessionNote.objects.create(
        id=key, conversation=talk, from_id=line, until_id=line, lines=1, covers=key.bytes, template="rules 1",
        sections=cipher_for(talk.key_id).seal(json.dumps(told), Place("session_note", key)),
    )  # fmt: skip
