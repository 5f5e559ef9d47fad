"""What is remembered, in the clear."""

from typing import Any

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.models import User
from chat.services.remembering import remember_talk
from memory.models import Memory
from tests.chat.grown import Talk


def remember(talk: Talk) -> None:
    while remember_talk(talk.id):
        pass


def statements(owner: User, **where: Any) -> list[str]:
    """In the order in which they were said."""
    return [text_of(each) for each in Memory.objects.filter(pair__owner=owner, **where).order_by("said_at", "id")]


def text_of(memory: Memory) -> str:
    return cipher_for(key_id_of(memory.text)).open(memory.text, Place("memory", memory.pk))
