"""The trash of talks, emptied after thirty days: a rule of retention."""

from collections import Counter
from datetime import datetime

from accounts.holds import held_people
from accounts.retention import gone_since
from chat.erasure import empty_trash
from chat.models import Checkpoint, Conversation, Folder, Removal
from chat.selectors.retention import held_talks
from chat.services.checkpoints import forget_checkpoints
from chat.services.folders import forget_folders
from chat.services.removals import forget_removed
from chat.services.shares import forget_expired


def due(now: datetime) -> dict[str, int]:
    since, held = gone_since(now), held_talks(now)
    return {
        "talks": Conversation.objects.filter(deleted_at__lt=since).exclude(pk__in=held).count(),
        "removals": Removal.objects.filter(removed_at__lt=since).exclude(conversation__in=held).count(),
        "checkpoints": Checkpoint.objects.filter(deleted_at__lt=since).exclude(conversation__in=held).count(),
        "folders": Folder.objects.filter(deleted_at__lt=since).exclude(owner__in=held_people(now)).count(),
        "held": Conversation.objects.filter(deleted_at__lt=since, pk__in=held).count(),
    }


def sweep(now: datetime) -> Counter[str]:
    since, gone = gone_since(now), Counter[str]()
    while talks := empty_trash(thrown_before=since):
        gone["talks"] += talks
    while removals := forget_removed(removed_before=since):
        gone["removals"] += removals
    gone["checkpoints"] = forget_checkpoints(deleted_before=since)
    gone["folders"] = forget_folders(deleted_before=since)
    forget_expired()
    return gone
