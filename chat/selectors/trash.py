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
from chat.selectors import preview_of, title_of


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
    """Of the user's own talks that are not in the trash themselves, last removed first. Five queries."""
    removals = list(
        Removal.objects.filter(conversation__owner=user, conversation__deleted_at=None, conversation__expires_at=None)
        .select_related("conversation")
        .prefetch_related("conversation__cast__version")[:limit]
    )
    # What somebody whispered and took back is theirs.
    every = [line for each in removals for line in each.lines]
    others = Message.objects.filter(pk__in=every, seen_by__isnull=False).exclude(seen_by__contains=[user.pk])
    whispered = set(others.values_list("pk", flat=True))
    removals = [each for each in removals if whispered.isdisjoint(each.lines)]
    lines = {line.pk: line for line in Message.objects.filter(pk__in=[each.lines[0] for each in removals])}
    load_keys({each.conversation.key_id for each in removals} | {key_id_of(line.body) for line in lines.values()})
    found = []
    for each in removals:
        first = lines.get(each.lines[0])
        version = each.conversation.cast.all()[0].version
        found.append(
            Removed(
                id=each.pk,
                conversation_id=each.conversation_id,
                title=title_of(each.conversation) or version.name,
                version=version,
                words=preview_of(first, user),
                count=len(each.lines),
                with_rest=each.cuts,
                removed_at=each.removed_at,
            )
        )
    return found
