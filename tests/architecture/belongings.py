"""What is Alice's, for addresses that name it."""

from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from accounts.api_keys import make_key
from accounts.consents.answers import answer, newest
from accounts.ids import uuid7
from accounts.models import DataUse, Departure, Restoration, Takeout, User
from accounts.organisations.invitations import invite as invite_to_organisation
from accounts.organisations.people import join, seat_of
from accounts.organisations.provider import add_domain
from accounts.privacy.receipts import hashed
from accounts.visits import session_mark
from characters.models import Asset, Character, CharacterVersion, Delivery, Draft, Knowledge, Lorebook, LoreEntry
from characters.services import create_character
from characters.services.webhooks import make_webhook
from chat.models import Checkpoint, Conversation, Import, Message, Participant, Revision, Turn
from chat.services import imports
from chat.services.conversations import start_conversation
from chat.services.folders import add_folder
from chat.services.lessons import make_lesson
from chat.services.removals import remove
from chat.services.rooms.invitations import Made, invite
from chat.services.rooms.room import make_room
from chat.services.shares import share_branch
from memory.models import BondStep
from memory.services.corrections import add_by_hand
from memory.services.pairs import pair_of
from moderation.models import Notice
from stories.models import Story
from stories.services import create_story
from stories.services.drafts import open_draft
from tests.architecture.world import session_of
from tests.chat.exported import sillytavern
from tests.factories import PersonaFactory, UserFactory
from tests.memory.noted import a_note
from tests.stories.conftest import SMALL
from voice.services.recordings import keep_recording

EDITION = {
    "name": "Mira",
    "description": "Keeps a tavern.",
    "greetings": ["Evening.", "You again?"],
    "tagline": "Keeper",
}


class Belongings:
    """belongings["asset_id"]: a picture of Alice's. Each is made when it is first asked for: most rows ask for one.

    An argument of an address is an attribute of the same name here.
    """

    mood, format, book_format, scope, step, part = "calm", "json", "lorebook_v3", "conversation", "look", "time"
    voice = "deep"
    key, code, year, month, uidb36, pk, provider_id = "1a2b-3c4d", "premium", 2026, 11, "1", 1, "inn"

    def __init__(self, alice: User) -> None:
        self.alice = alice

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    # --- characters

    @cached_property
    def character(self) -> Character:
        made = create_character(owner=self.alice, editions={"en": EDITION})
        return Character.objects.select_related("published").get(pk=made.pk)

    @property
    def character_id(self) -> UUID:
        """Of somebody Alice has talked with: only they know something about her."""
        assert self.talk
        return self.character.pk

    @property
    def model(self) -> UUID:
        return self.character.pk

    @property
    def creator_id(self) -> UUID:
        return self.alice.pk

    @cached_property
    def version(self) -> CharacterVersion:
        assert self.character.published is not None
        return self.character.published

    @property
    def version_id(self) -> UUID:
        return self.version.pk

    @cached_property
    def book_id(self) -> UUID:
        return Lorebook.objects.create(owner=self.alice, scope="character", character=self.character).pk

    @cached_property
    def entry_id(self) -> UUID:
        return LoreEntry.objects.create(book_id=self.book_id, keys=["inn"], content="Warm.").pk

    @cached_property
    def knowledge_id(self) -> UUID:
        return Knowledge.objects.create(character=self.character, title="Inn", text="Warm.").pk

    @cached_property
    def draft_id(self) -> UUID:
        return Draft.objects.create(owner=self.alice, language="en").pk

    @cached_property
    def asset_id(self) -> UUID:
        return Asset.objects.create(owner=self.alice, width=1, height=1, data=b"RIFF").pk

    # --- stories

    @cached_property
    def story_id(self) -> UUID:
        return create_story(owner=self.alice, source=SMALL).pk

    @property
    def story_version_id(self) -> UUID | None:
        return Story.objects.get(pk=self.story_id).published_id

    @cached_property
    def story_draft_id(self) -> UUID:
        return open_draft(owner=self.alice).pk

    @cached_property
    def lesson_id(self) -> UUID:
        story = Story.objects.get(pk=self.story_id)
        return make_lesson(teacher=self.alice, story=story, name="Evening class").lesson.pk

    # --- talks

    @cached_property
    def talk(self) -> Conversation:
        talk: Conversation = start_conversation(owner=self.alice, character=self.character, version=self.version)
        assert talk.head_id is not None
        Turn.objects.create(
            conversation=talk, reply_id=talk.head_id, parent_id=talk.head_id, process=uuid7(), started_at=now(),
            status="complete", manifest={"character_version": str(self.version.pk)},
        )  # fmt: skip
        return talk

    @property
    def conversation_id(self) -> UUID:
        return self.talk.pk

    @property
    def named(self) -> UUID:
        return self.talk.pk

    @cached_property
    def opening(self) -> Message:
        assert self.talk.head_id is not None
        return Message.objects.get(pk=self.talk.head_id)

    @property
    def message_id(self) -> UUID:
        return self.opening.pk

    @cached_property
    def newest(self) -> Message:
        return Message.objects.filter(conversation=self.talk).latest("id")

    @cached_property
    def revision_id(self) -> UUID:
        words = {"body": self.opening.body, "status": self.opening.status}
        return Revision.objects.create(conversation=self.talk, message_id=self.opening.pk, **words).pk

    @cached_property
    def checkpoint_id(self) -> UUID:
        return Checkpoint.objects.create(conversation=self.talk, message_id=uuid7(), name=b"").pk

    @cached_property
    def removal_id(self) -> UUID:
        return remove(self.talk, [self.newest.pk], cuts=True, by=self.alice.pk).pk

    @cached_property
    def _shared(self) -> tuple[Any, str]:
        return share_branch(user=self.alice, conversation_id=self.talk.pk, named=False)

    @property
    def share_id(self) -> UUID:
        return self._shared[0].pk

    @property
    def secret(self) -> str:
        return self._shared[1]

    @cached_property
    def import_id(self) -> UUID:
        """A file that waits for its owner's choice."""
        Import.objects.filter(owner=self.alice).delete()
        brought = imports.bring(user=self.alice, name="talk.jsonl", chunks=[sillytavern()])
        imports.look(brought.pk)
        return brought.pk

    @cached_property
    def folder_id(self) -> UUID:
        return add_folder(user=self.alice, name="Winter").pk

    # --- rooms

    @cached_property
    def room(self) -> Conversation:
        room: Conversation = start_conversation(owner=self.alice, character=self.character, version=self.version)
        make_room(user=self.alice, conversation_id=room.pk)
        return room

    @property
    def room_id(self) -> UUID:
        return self.room.pk

    @cached_property
    def _invited(self) -> Made:
        return invite(user=self.alice, conversation_id=self.room.pk)

    @property
    def invitation_id(self) -> UUID:
        return self._invited.invitation.pk

    @property
    def token(self) -> str:
        """Of an invitation, and of a receipt."""
        assert self.departure_id
        return self._invited.token

    @cached_property
    def person_id(self) -> UUID:
        return Participant.objects.create(conversation=self.room, user=UserFactory()).user_id

    # --- memory

    @cached_property
    def memory_id(self) -> UUID:
        text = "Alice keeps bees."
        return add_by_hand(user=self.alice, character_id=self.character.pk, text=text).memory_id

    @cached_property
    def step_id(self) -> UUID:
        pair = pair_of(owner_id=self.alice.pk, character_id=self.character.pk)
        place = {"pair": pair, "conversation": self.talk, "message_id": self.newest.pk}
        return BondStep.objects.get_or_create(event="thanked", **place)[0].pk

    @cached_property
    def note_id(self) -> UUID:
        return a_note(self.talk).pk

    # --- the account

    @cached_property
    def persona_id(self) -> UUID:
        return PersonaFactory(user=self.alice).pk

    @cached_property
    def key_id(self) -> UUID:
        return make_key(user=self.alice, label="A script", scopes=["characters:read"]).key.pk

    @cached_property
    def _hook(self) -> Any:
        return make_webhook(owner=self.alice, url="https://hook.invalid/", events=["character.published"])[0]

    @property
    def webhook_id(self) -> UUID:
        return self._hook.pk

    @cached_property
    def delivery_id(self) -> UUID:
        return Delivery.objects.create(webhook=self._hook, event="ping", payload={"data": {}}).pk

    @cached_property
    def mark(self) -> str:
        return session_mark(session_of(self.alice).partition("=")[2])

    # --- her organisation

    @cached_property
    def member_id(self) -> UUID:
        return join(user=UserFactory(), organisation=seat_of(self.alice).organisation).user_id

    @cached_property
    def _welcome(self) -> tuple[UUID, str]:
        return invite_to_organisation(by=self.alice, link=str)

    @property
    def invited_id(self) -> UUID:
        return self._welcome[0]

    @property
    def welcome(self) -> str:
        return self._welcome[1]

    @property
    def organisation_id(self) -> UUID:
        return seat_of(self.alice).organisation_id

    @cached_property
    def domain_id(self) -> UUID:
        return add_domain(by=self.alice, domain=f"{uuid7().hex}.example.org").pk

    @cached_property
    def notice_id(self) -> UUID:
        return Notice.objects.create(user=self.alice, rule="spam", appeal_until=now() + timedelta(days=1)).pk

    @cached_property
    def departure_id(self) -> UUID:
        """Somebody goes, and leaves what they published to Alice."""
        due_at = now() + timedelta(days=14)
        return Departure.objects.create(
            user=UserFactory(), heir=self.alice, receipt="", token_hash=hashed(self._invited.token), due_at=due_at
        ).pk

    @cached_property
    def takeout_id(self) -> UUID:
        until = now() + timedelta(days=7)
        return Takeout.objects.create(user=self.alice, state="ready", ready_at=now(), expires_at=until).pk

    @cached_property
    def recording_id(self) -> UUID:
        version = newest(DataUse.RECORDINGS).version
        answer(user=self.alice, purpose=DataUse.RECORDINGS, given=True, version=version)
        kept = keep_recording(user_id=self.alice.pk, conversation_id=self.talk.pk, clip=b"OggS", seconds=1.0)
        assert kept is not None
        return kept

    @cached_property
    def restoration_id(self) -> UUID:
        return Restoration.objects.get_or_create(user=self.alice, state="waiting")[0].pk


class Nothing:
    """The same names, for things that do not exist."""

    def __init__(self, something: Belongings) -> None:
        self._something = something

    def __getitem__(self, name: str) -> Any:
        value = self._something[name]
        return uuid7() if isinstance(value, UUID) else value


Arguments = Belongings | Nothing
