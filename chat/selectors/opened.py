"""What the page of a talk begins with."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery

from accounts.errors import NotFound
from accounts.models import Consent, DataUse, Sitting, User
from accounts.selectors import display_name, persona_called
from characters.models import CharacterVersion
from chat.models import CastMember, Conversation, Turn, UsualPart
from chat.selectors.age import within_age


@dataclass(frozen=True, slots=True)
class OpenTalk:
    """A talk as its page knows it before a line was read.

    `version` speaks first in the cast; `persona` is what the viewer is called here, `usual` whether they play them in
    every new talk with it; `running` the reply that is being written, if the viewer may see it.
    """

    conversation: Conversation
    version: CharacterVersion
    persona_id: UUID | None
    persona: str
    running: UUID | None
    usual: bool = False
    ai_due: bool = False
    break_due: bool = False
    # Whether they want what is said to be read for what it feels like, and the tone that they ask for.
    reads: bool = False
    tone: int = 0


def open_talk(*, user: User, conversation_id: UUID) -> OpenTalk:
    """One query. NotFound for a stranger's conversation as for a missing one."""
    seen = Q(seen_by=None) | Q(seen_by__contains=[user.pk])
    running = Turn.objects.filter(seen, conversation=OuterRef("conversation"), status=Turn.Status.RUNNING)
    sitting = Sitting.objects.filter(user=user)
    refused = Consent.objects.filter(user=user, purpose=DataUse.EMOTION, current=True, given=False)
    first = (
        CastMember.objects.filter(
            within_age(user, "conversation"),
            conversation=conversation_id,
            conversation__deleted_at=None,
            conversation__participants__user=user,
            conversation__participants__left_at=None,
        )
        .select_related("conversation__room", "conversation__play__version__story", "version")
        .annotate(
            persona=F("conversation__participants__persona"),
            persona_name=F("conversation__participants__persona__name"),
            usual=Exists(
                UsualPart.objects.filter(
                    user=user, character=OuterRef("character"), persona=OuterRef("conversation__participants__persona")
                )
            ),
            running=Subquery(running.values("reply_id")[:1]),
            reads=~Exists(refused),
            tone=F("conversation__participants__tone"),
            ai_due=Subquery(sitting.values("ai_due")),
            break_due=Subquery(sitting.values("break_due")),
        )
        .first()
    )
    if first is None:
        raise NotFound
    called = persona_called(first.persona_name or display_name(user), first.version.language)
    return OpenTalk(
        first.conversation,
        first.version,
        first.persona,
        called,
        first.running,
        first.usual,
        bool(first.ai_due),
        bool(first.break_due),
        first.reads,
        first.tone,
    )
