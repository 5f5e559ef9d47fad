"""Who may speak, and how they are listened to: looked up before the first piece."""

from uuid import UUID

from django.conf import settings

from accounts.consents.answers import agrees
from accounts.errors import NotFound
from accounts.limits import Bucket, acharge
from accounts.models import DataUse, User
from chat.database import in_thread
from chat.models import Participant
from chat.selectors import cast_versions, get_conversation
from chat.services.hearing.recording import Order
from chat.services.hearing.refusals import ConsentNeeded, NobodyListens, OtherLanguage
from voice.hearing.door import is_installed

STANDIN_EAR = "understudy-listens"
ITS_LANGUAGE = "en"


def listens(language: str) -> bool:
    """Whether this house turns speech of this language into text."""
    return bool(settings.HEARING_MODEL) and is_installed() and understands(language)


def understands(language: str) -> bool:
    return settings.HEARING_MODEL != STANDIN_EAR or language == ITS_LANGUAGE


async def ordered(
    *, user_id: UUID, conversation_id: UUID, client_id: UUID, wrapping: str, language: str, keep: bool = True
) -> Order:
    """Raises ProductError for whoever is not listened to. `keep` is a wish: kept is what its owner agreed to."""
    order = await _looked_up(user_id, conversation_id, client_id, wrapping, language, keep)
    per_minute = settings.HEARING_PER_MINUTE
    await acharge([Bucket("microphone", user_id.hex, per_minute, per_minute)])
    return order


@in_thread
def _looked_up(
    user_id: UUID, conversation_id: UUID, client_id: UUID, wrapping: str, language: str, keep: bool
) -> Order:
    user = User.objects.get(pk=user_id)
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    if Participant.objects.filter(conversation=conversation, user=user, role=Participant.Role.SPECTATOR).exists():
        raise NotFound
    cast = cast_versions(conversation)
    spoken = language or (cast[0].language if cast else "en")
    if not settings.HEARING_MODEL or not is_installed():
        raise NobodyListens
    if not understands(spoken):
        raise OtherLanguage
    if not agrees(user, DataUse.VOICE):
        raise ConsentNeeded
    passing = conversation.expires_at is not None or conversation.sealed_at is not None
    return Order(
        client_id=client_id,
        user_id=user_id,
        conversation_id=conversation_id,
        plan=user.plan_id or "",
        model=settings.HEARING_MODEL,
        language=spoken.partition("-")[0],
        wrapping=wrapping,
        names=tuple(version.name for version in cast),
        keep=keep and not passing and agrees(user, DataUse.RECORDINGS),
        character_id=cast[0].character_id if cast else None,
    )
