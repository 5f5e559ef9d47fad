"""Lines that were taken out of talks and can still be put back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from accounts.encryption import key_id_of
from accounts.models import User
from characters.models import CharacterVersion
from chat.ciphers import load_keys
from chat.models import Message, Removal
from chat.selectors import conversations_for, preview_of, title_of


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out at once: how many lines, or one `with_rest`, all that followed it. `words` are the first's."""

    id: UUID
    conversation_id: UUID
    title: str
    version: CharacterVersion
    words: str
    count: int
    with_rest: bool
    removed_at: datetime

    @property
    def restore_url(self) -> str:
        return reverse("lines-put-back", args=[self.conversation_id, self.id])


def removed_for(user: User, *, limit: int = 100) -> list[Removed]:
    """What the user took out of talks that they are still in and that are not in the trash themselves.

    Last removed first. Four queries.
    """
    removals = list(
        Removal.objects.filter(removed_by_id=user.pk, conversation__in=conversations_for(user).filter(expires_at=None))
        .select_related("conversation")
        .prefetch_related("conversation__cast__version")[:limit]
    )
    lines = {line.pk: line for line in Message.objects.filter(pk__in=[each.lines[0] for each in removals])}
    load_keys({each.conversation.key_id for each in removals} | {key_id_of(line.body) for line in lines.values()})
    found = []
    for each in removals:
        version = each.conversation.cast.all()[0].version
        found.append(
            Removed(
                id=each.pk,
                conversation_id=each.conversation_id,
                title=title_of(each.conversation) or version.name,
                version=version,
                words=preview_of(lines.get(each.lines[0]), user),
                count=len(each.lines),
                with_rest=each.cuts,
                removed_at=each.removed_at,
            )
        )
    return found
