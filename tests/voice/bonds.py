"""What happens between somebody and a character, before they speak with each other."""

from uuid import UUID

from django.utils import timezone

from accounts.models import User
from chat.models import Conversation
from memory.bonds.events import CLOSENESS
from memory.models import BondStep
from memory.services.pairs import pair_of, writing


def come_nearer(owner: User, talk: Conversation, line: UUID, by: int) -> None:
    """At this line something brought them so much nearer."""
    pair = pair_of(owner_id=owner.pk, character_id=talk.cast.get().character_id)
    with writing(pair.pk):
        BondStep.objects.create(
            pair=pair, conversation=talk, message_id=line, event="confided", moves={CLOSENESS: by},
            happened_at=timezone.now(),
        )  # fmt: skip
