"""Opening a conversation, naming it, throwing it away and taking it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.age import admit_person, is_adult
from accounts.blindindex import terms
from accounts.encryption import Cipher, Place, cipher_for, cipher_of, new_data_key
from accounts.errors import Invalid, NotFound
from accounts.models import Persona, Purpose, User
from accounts.selectors import default_persona, persona_called
from characters.macros import expand_names
from characters.models import Character, CharacterVersion
from characters.selectors.age import suits
from characters.services import count_start
from chat.models import CastMember, Conversation, Message, Participant, new_message_id
from chat.selectors import conversations_for
from chat.services.by_hand import judged_by_hand
from chat.services.parts import usual_part
from chat.services.stored_lines import judged_reply
from chat.texts import MAX_TITLE, check_text


@transaction.atomic
def start_conversation(
    *,
    owner: User,
    character: Character,
    version: CharacterVersion,
    greeting: int = 0,
    persona: Persona | None = None,
    expires_at: datetime | None = None,
) -> Conversation:
    """Open a conversation; the character speaks first, and the other greetings stand beside the chosen one.

    The owner plays `persona`, or else whom they usually play with this character, or their default one. With
    `expires_at` it is temporary (temporary.py): in no list and in no figure.
    """
    if version.greetings and not 0 <= greeting < len(version.greetings):
        raise Invalid(field="greeting", limit=len(version.greetings))
    admit_person(owner)
    if not is_adult(owner) and not Character.objects.filter(suits(owner), pk=character.pk).exists():
        raise NotFound
    key = new_data_key(owner, Purpose.CONVERSATION)
    persona = persona or usual_part(owner, character) or default_persona(owner)
    conversation = Conversation.objects.create(
        owner=owner, key=key, greeting=greeting if version.greetings else 0, expires_at=expires_at
    )
    Participant.objects.create(conversation=conversation, user=owner, persona=persona, role=Participant.Role.HOST)
    CastMember.objects.create(conversation=conversation, character=character, version=version)
    user_name = persona_called(persona.name, version.language) if persona else ""
    greetings = _greetings(conversation, version, user_name=user_name, cipher=cipher_for(key.pk))
    if greetings:
        Message.objects.bulk_create(greetings)
        conversation.head_id = greetings[greeting].pk
        conversation.save(update_fields=["head"])
    if expires_at is None:
        count_start(character.pk)
    return conversation


def _greetings(
    conversation: Conversation, version: CharacterVersion, *, user_name: str, cipher: Cipher
) -> list[Message]:
    secret = cipher_of(conversation.owner).index_secret
    rating, owner = version.character.rating, conversation.owner
    messages = []
    for written in version.greetings:
        message_id = new_message_id()
        text = expand_names(
            written,
            char=version.nickname or version.name,
            user=user_name,
            seed=str(message_id),
            talk=str(conversation.pk),
        )
        stored = judged_reply(text, speaker=version.name, rating=rating, owner=owner)
        messages.append(
            Message(
                id=message_id,
                conversation=conversation,
                role=Message.Role.CHARACTER,
                character_id=version.character_id,
                speaker=version.name,
                body=cipher.seal(stored.text, Place("message", message_id)),
                terms=terms(stored.text, secret),
                status=stored.status,
            )
        )
    return messages


def discard_conversation(conversation: Conversation) -> None:
    """Undo a start that led to nothing: there is no line of the player's in it."""
    Message.objects.filter(conversation=conversation).delete()
    key = conversation.key
    conversation.delete()
    key.delete()


def rename_conversation(*, user: User, conversation_id: UUID, title: str) -> str:
    """An empty title goes back to the character's name."""
    title = " ".join(title.split())
    check_text(title, field="title", limit=MAX_TITLE)
    conversation = owned(user, conversation_id)
    title = judged_by_hand(user, conversation, title, field="title")
    conversation.title = cipher_for(conversation.key_id).seal(title, Place("title", conversation.pk)) if title else b""
    conversation.save(update_fields=["title"])
    return title


def trash_conversation(*, user: User, conversation_id: UUID) -> None:
    """To the trash, from where it can be taken back. A turn that runs in it goes on and is stored."""
    conversation = owned(user, conversation_id)
    conversation.deleted_at = timezone.now()
    conversation.save(update_fields=["deleted_at"])


def restore_conversation(*, user: User, conversation_id: UUID) -> None:
    if not Conversation.objects.filter(pk=conversation_id, owner=user).update(deleted_at=None):
        raise NotFound


def owned(user: User, conversation_id: UUID) -> Conversation:
    """What only the owner may change. NotFound for everybody else."""
    conversation = conversations_for(user).filter(pk=conversation_id, owner=user).first()
    if conversation is None:
        raise NotFound
    return conversation
