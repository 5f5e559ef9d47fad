"""Lines that stay on the page and are not told to the model."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import User
from chat.models import Conversation, Message
from chat.selectors.tree import tree_of
from chat.services.branches import count_change, lines_of, locked_talk, way_back

MAX_LINES = 500


@transaction.atomic
def mute_lines(*, user: User, conversation_id: UUID, message_ids: Collection[UUID], muted: bool) -> str:
    """From the next reply on. Returns an undo, for those of the lines that it changed."""
    lines = set(message_ids)
    if not 1 <= len(lines) <= MAX_LINES:
        raise Invalid(_("Choose the lines first, up to 500."), field="messages", limit=MAX_LINES)
    conversation = locked_talk(user, conversation_id)
    lines_of(user, conversation, tree_of(conversation.pk), list(lines))
    found = Message.objects.filter(conversation=conversation, pk__in=lines, muted=not muted)
    changed = [line.hex for line in found.values_list("pk", flat=True)]
    found.update(muted=muted)
    count_change(conversation)
    return way_back(user, conversation, "mute", lines=changed, muted=not muted)


def undo_mute(conversation: Conversation, *, lines: list[str], muted: bool) -> list[UUID]:
    changed = [UUID(line) for line in lines]
    Message.objects.filter(conversation=conversation, pk__in=changed).update(muted=muted)
    count_change(conversation)
    return changed
