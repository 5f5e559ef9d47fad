"""Alice and one of everything that the API knows, by the names of the addresses' parameters."""

from dataclasses import dataclass
from typing import Any

from accounts.blocks import block
from accounts.models import User
from accounts.organisations.invitations import invite as invite_to_organisation
from accounts.organisations.people import join, make_organisation
from characters.content import content_of
from characters.models import Character, Delivery, Publication
from characters.services.assets import store_picture
from characters.services.drafts import open_draft
from characters.services.knowledge import add_knowledge
from characters.services.lore import add_entry, create_book
from characters.services.releases import create_version
from characters.services.webhooks import make_webhook, ping
from chat.models import Participant
from chat.selectors.aloud import line_to_say
from chat.services.conversations import start_conversation
from chat.services.lessons import make_lesson
from chat.services.plays.starting import begun_as, stage_story
from chat.services.rooms.invitations import invite
from chat.services.rooms.room import make_room
from memory.services.corrections import add_by_hand
from stories.services import create_story
from tests.characters.bitmaps import png
from tests.characters.factories import a_character
from tests.factories import UserFactory
from tests.memory.noted import a_note
from tests.stories.conftest import SMALL
from voice.services.clips import keep
from voice.services.packing import Sound


@dataclass(frozen=True, slots=True)
class World:
    alice: User
    character: Character
    arguments: dict[str, Any]

    def address(self, path: str) -> str:
        """The path of the description, filled in; without what stands before every address."""
        arguments = self.arguments | {"format": "lorebook_v3" if "lorebooks" in path else "json"}
        return path.format(**arguments).removeprefix("/api/v1/")


def a_world(alice: User) -> World:
    character = a_character(alice, visibility="private")
    first = character.published
    assert first is not None
    [second] = create_version(character=character, editions={"en": content_of(first) | {"tagline": "Keeps it still"}})
    picture = store_picture(owner=alice, data=png(), character=character)
    webhook, _secret = make_webhook(owner=alice, url="https://example.org/hook", events=["character.published"])
    delivery: Delivery = ping(webhook=webhook)
    knowledge = add_knowledge(owner=alice, character_id=character.pk, title="Harbour", text="The harbour is cold.")
    publication = Publication.objects.create(
        character=character, version=second, asked_by=alice, visibility="public", findings=[]
    )
    book = create_book(owner=alice, scope="character", character=character, name="Harbour")
    talk = start_conversation(owner=alice, character=character, version=first)
    make_room(user=alice, conversation_id=talk.pk)
    assert talk.head_id is not None
    opening = line_to_say(user=alice, conversation_id=talk.pk, message_id=talk.head_id, directions=True)
    keep(alice, opening.said, Sound("wav", b"RIFF"), seconds=1.0, conversation_id=talk.pk, message_id=talk.head_id)
    story = create_story(owner=alice, source=SMALL)
    assert story.published is not None
    stage_story(talk, story.published, begun_as(story.published, {}, language="en"), at=talk.head_id)
    player = Participant.objects.create(conversation=talk, user=UserFactory())
    entry = add_entry(user=alice, book_id=book.pk, fields={"keys": ["harbour"], "content": "It is cold."})
    organisation = make_organisation(owner=alice, name="The Guild").organisation
    unwanted = UserFactory()
    block(user=alice, person_id=unwanted.pk)
    return World(
        alice,
        character,
        {
            "character_id": character.pk,
            "version_id": second.pk,
            "against_id": first.pk,
            "draft_id": open_draft(owner=alice, character=character).pk,
            "asset_id": picture.pk,
            "knowledge_id": knowledge.pk,
            "publication_id": publication.pk,
            "webhook_id": webhook.pk,
            "delivery_id": delivery.pk,
            "creator_id": alice.pk,
            "story_id": story.pk,
            "story_against_id": story.published_id,
            "lesson_id": make_lesson(teacher=alice, story=story, name="Evening class").lesson.pk,
            "story_version_id": story.published_id,
            "book_id": book.pk,
            "entry_id": entry.pk,
            "conversation_id": talk.pk,
            "message_id": talk.head_id or talk.pk,
            "memory_id": add_by_hand(user=alice, character_id=character.pk, text="Ada keeps bees.").memory_id,
            "note_id": a_note(talk).pk,
            "person_id": player.user_id,
            "blocked_id": unwanted.pk,
            "member_id": join(user=UserFactory(), organisation=organisation).user_id,
            "invited_id": invite_to_organisation(by=alice, link=str)[0],
            "invitation_id": invite(user=alice, conversation_id=talk.pk).invitation.pk,
        },
    )
