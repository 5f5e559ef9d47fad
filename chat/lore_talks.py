"""What the editor of lorebooks may know of conversations: characters/selectors/lore.py asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from chat.models import Conversation
from chat.selectors import get_conversation, shown_branch, talks_for, title_of

LISTED = 50


@dataclass(frozen=True, slots=True)
class Spoken:
    id: UUID
    role: str
    text: str


class LoreTalks:
    def listed(self, user: User) -> list[tuple[UUID, str]]:
        return [(talk.id, talk.title) for talk in talks_for(user, limit=LISTED)]

    def titles(self, user: User, ids: Sequence[UUID]) -> dict[UUID, str]:
        found = Conversation.objects.filter(pk__in=ids, owner=user).prefetch_related("cast__version")
        return {each.pk: title_of(each) or each.cast.all()[0].version.name for each in found}

    def owns(self, user: User, conversation_id: UUID) -> bool:
        return Conversation.objects.filter(pk=conversation_id, owner=user, deleted_at=None).exists()

    def lines(self, user: User, conversation_id: UUID) -> Sequence[Spoken]:
        conversation = get_conversation(user=user, conversation_id=conversation_id)
        shown, _ = shown_branch(user=user, conversation=conversation, leaf=conversation.head_id)
        return [Spoken(each.id, each.role, each.content) for each in shown]
