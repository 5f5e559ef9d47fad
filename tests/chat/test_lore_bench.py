"""A lorebook tried on a talk: the owner's own alone."""

import json

import pytest
from django.test import Client

from accounts.errors import NotFound
from accounts.guests import BACKEND
from accounts.models import User
from characters.models import Character
from characters.services import create_character, lore
from chat.models import Conversation
from chat.services.conversations import start_conversation, trash_conversation
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def talk_of(user: User) -> Conversation:
    edition = {"name": "Mira", "greetings": ["The Lantern is warm, {{user}}."]}
    character = Character.objects.get(pk=create_character(owner=user, editions={"en": edition}).pk)
    assert character.published is not None
    return start_conversation(owner=user, character=character, version=character.published)


def test_a_talk_of_mine_is_looked_through_and_nobody_elses():
    alice, bob = UserFactory(), UserFactory()
    talk = talk_of(alice)
    book = lore.create_book(owner=alice, scope="conversation", conversation_id=talk.pk)
    lore.add_entry(user=alice, book_id=book.pk, fields={"name": "Inn", "keys": ["lantern"], "content": "Warm."})
    client = Client()
    client.force_login(alice, BACKEND)

    def look(conversation: Conversation) -> tuple[int, str]:
        told = json.dumps({"conversation": str(conversation.pk)})
        answer = client.post(f"/lore/{book.pk}/try/", told, content_type="application/json")
        return answer.status_code, answer.content.decode()

    status, page = look(talk)
    assert status == 200
    assert ">Lantern</mark>" in page
    assert look(talk_of(bob))[0] == 404
    assert "Mira" in client.get("/lore/").content.decode()


def test_a_book_for_a_talk_is_its_owners_alone():
    alice, bob = UserFactory(), UserFactory()
    talk = talk_of(alice)
    with pytest.raises(NotFound):
        lore.create_book(owner=bob, scope="conversation", conversation_id=talk.pk)
    trash_conversation(user=alice, conversation_id=talk.pk)
    with pytest.raises(NotFound):
        lore.create_book(owner=alice, scope="conversation", conversation_id=talk.pk)
