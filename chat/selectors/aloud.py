"""How the characters of a talk sound, and whether what is said aloud in it may be kept."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db.models import Exists

from accounts.errors import NotFound
from accounts.models import User
from chat.models import CastMember, Conversation, FormerMember, Message, Room
from chat.selectors import line_for, text_in
from chat.selectors.told import told_now
from memory.models import Mode, Pair
from memory.selectors.bonds import nearness_with
from voice.services.clips import Said
from voice.services.playing import Line
from voice.speaking.voices import Voice


def voice_in(conversation_id: UUID, character_id: UUID | None, listener_id: UUID) -> Voice:
    """Of a character as it plays here, or did before it left, to whoever listens. Two queries; where something has
    moved between the two, two more for what is told of it, and one for each branch that was not read yet."""
    for cast in (CastMember, FormerMember):
        members = cast._default_manager.filter(conversation=conversation_id, character=character_id)
        version = members.values_list("version__presentation", "version__memory_policy").first()
        if version is not None:
            presentation, policy = version
            recalls = policy.get("mode") != Mode.OFF
            near = nearness_in(conversation_id, character_id, listener_id) if recalls else None
            return replace(Voice.of(presentation), nearness=near)
    return Voice()


def nearness_in(conversation_id: UUID, character_id: UUID | None, listener_id: UUID) -> int | None:
    """Of five, how near the two have come by what is told. None where nothing has moved between them yet, where nothing
    is to be remembered, and in a room, where others hear it too."""
    pairs = Pair.objects.filter(owner=listener_id, character=character_id).exclude(mode=Mode.OFF)
    pair = pairs.exclude(bond_talks=[]).exclude(Exists(Room.objects.filter(conversation=conversation_id))).first()
    if pair is None:
        return None
    return nearness_with(pair, told_now(pair.bond_talks))


def is_kept(conversation_id: UUID, *, lock: bool = False) -> bool:
    """Nothing of a sealed or a temporary talk lies anywhere else. `lock`: it stays so to the end of the transaction."""
    talks = Conversation.objects.filter(pk=conversation_id, sealed_at=None, expires_at=None, deleted_at=None)
    return (talks.select_for_update(no_key=True) if lock else talks).exists()


def line_to_say(*, user: User, conversation_id: UUID, message_id: UUID, directions: bool) -> Line:
    """What a character said, as this person sees it. NotFound for what they may not see, and for what players say."""
    message = line_for(user=user, conversation_id=conversation_id, message_id=message_id)
    text = text_in(message.body, message.pk)
    if message.role != Message.Role.CHARACTER or not text:
        raise NotFound
    voice = voice_in(conversation_id, message.character_id, user.pk)
    return Line(
        Said(text, voice, directions),
        character_id=message.character_id,
        conversation_id=conversation_id,
        message_id=message.pk,
        keeps=is_kept(conversation_id),
        still=partial(is_kept, conversation_id, lock=True),
    )
