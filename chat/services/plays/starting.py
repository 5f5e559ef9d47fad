"""A play begins: a room of the story's cast, with its opening told."""

from collections.abc import Mapping
from secrets import token_hex
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import sanctions
from accounts.age import admit_person
from accounts.blindindex import terms
from accounts.encryption import Cipher, Place, cipher_for, cipher_of, new_data_key
from accounts.errors import Invalid
from accounts.models import Persona, Purpose, User
from accounts.selectors import default_persona
from characters.models import CharacterVersion
from chat.models import CastMember, Conversation, Message, Participant, Play, PlayEntry, Room, new_message_id
from chat.plays.staged import Happened, entry_row, start_of
from chat.plays.words import told_of
from chat.services.stored_lines import judged_reply
from stories.books import book_of
from stories.models import Story, StoryVersion

MOST_SEED = 64
REPLIES = 1  # of characters to each other, after the first one


@transaction.atomic
def start_play(
    *, user: User, version: StoryVersion, language: str = "", seed: str = "", persona: Persona | None = None
) -> Conversation:
    """Whoever may open the story may play it: the caller has seen to that. The same `seed` throws the same dice."""
    admit_person(user)
    sanctions.forbid(user, sanctions.Kind.NO_ROOMS)
    if len(seed) > MOST_SEED:
        raise Invalid(field="seed", limit=MOST_SEED)
    language = version.spoken(language)
    cast = version.cast_versions(language)
    key = new_data_key(user, Purpose.CONVERSATION)
    talk = Conversation.objects.create(owner=user, key=key)
    cipher = cipher_for(key.pk)
    talk.title = cipher.seal(version.called(language), Place("title", talk.pk))
    Participant.objects.create(
        conversation=talk, user=user, persona=persona or default_persona(user), role=Participant.Role.HOST
    )
    _seat(talk, cast)
    Room.objects.create(conversation=talk, replies_limit=REPLIES)
    begun = begun_as(version, cast, language=language, seed=seed)
    opening = _opening(talk, begun, title=version.called(language), rating=version.story.rating, cipher=cipher)
    stage_story(talk, version, begun, at=opening.pk)
    talk.head_id, talk.updated_at = opening.pk, timezone.now()
    talk.save(update_fields=["head", "title", "updated_at"])
    Story.objects.filter(pk=version.story_id).update(plays=F("plays") + 1)
    return talk


def begun_as(version: StoryVersion, cast: Mapping[str, CharacterVersion], *, language: str, seed: str = "") -> Happened:
    parts = {name: played_by.character_id for name, played_by in cast.items()}
    return start_of(book_of(version), seed or token_hex(8), language, parts).begin()


def stage_story(talk: Conversation, version: StoryVersion, begun: Happened, *, at: UUID) -> Play:
    """From the message `at` on the story is played in this talk."""
    staged = begun.after
    play = Play.objects.create(
        conversation=talk,
        version=version,
        parts={name: str(character_id) for name, character_id in staged.parts.items()},
        language=staged.language,
        seed=staged.seed,
        count=1,
    )
    PlayEntry.objects.create(play=play, **entry_row(begun.hung_on(at), seq=1))
    return play


def _seat(talk: Conversation, cast: Mapping[str, CharacterVersion]) -> None:
    """One character may play two parts."""
    players = {version.character_id: version for version in cast.values()}
    CastMember.objects.bulk_create(
        CastMember(conversation=talk, character_id=character_id, version=version, position=position)
        for position, (character_id, version) in enumerate(players.items())
    )


def _opening(talk: Conversation, begun: Happened, *, title: str, rating: str, cipher: Cipher) -> Message:
    """The story tells it: nobody of the cast."""
    message_id = new_message_id()
    text = told_of(begun.after.book, begun.entry, begun.after.language)
    stored = judged_reply(text, speaker=title, rating=rating, owner=talk.owner)
    return Message.objects.create(
        id=message_id,
        conversation=talk,
        role=Message.Role.CHARACTER,
        speaker=title[:100],
        body=cipher.seal(stored.text, Place("message", message_id)),
        terms=terms(stored.text, cipher_of(talk.owner).index_secret),
        status=stored.status,
    )
