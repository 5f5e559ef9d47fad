"""What belongs to talks in a take-out, beside their lines."""

import json
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.privacy.holdings import Holding
from accounts.takeout.rows import Row, row_of
from characters.models import CharacterVersion, Favourite
from chat.ciphers import load_keys
from chat.models import CastMember, EndingMet, Feedback, FormerMember, UsualPart
from chat.selectors.told import branches_now
from chat.takeout.lines import own_talks, shared_since
from memory.models import Pair, SessionNote
from memory.told import counting
from stories.models import Story, StoryVersion

NOTE = {
    "id": "id", "conversation": "id", "before": "id?", "from_id": "id", "until_id": "id", "lines": "number",
    "sections": "object?", "tokens": "number", "template": "text", "model": "text", "revision": "number",
    "created_at": "moment", "holds": "flag",
}  # fmt: skip
MET = {"id": "id", "slug": "text?", "name": "text", "versions": "objects"}
STORY = {"id": "id", "slug": "text", "versions": "objects"}


def notes_of(user: User, holding: Holding) -> Iterator[Row]:
    """None of rooms with others: they tell what others said. `holds`: it still tells of the branch that it was of."""
    for conversation in own_talks(user).iterator():
        if shared_since(user, conversation.pk) is not None:
            continue
        load_keys([conversation.key_id])
        for note in SessionNote.objects.filter(conversation=conversation.pk).order_by("pk"):
            branch = branches_now({conversation.pk: note.until_id}).get(conversation.pk)
            holds = branch is not None and counting(note, branch.aloud)
            told = row_of(note, holding)
            sections = json.loads(told["sections"]) if told["sections"] else None
            yield told | {"sections": sections, "holds": holds}


def feedback_of(user: User, holding: Holding) -> Iterator[Row]:
    """None of rooms with others, either: it speaks of what was said."""
    for row in Feedback.objects.filter(play__conversation__owner=user).select_related("play").order_by("pk"):
        if shared_since(user, row.play.conversation_id) is None:
            yield row_of(row, holding)


def characters_met(user: User) -> Iterator[Row]:
    """Who the ids of characters are that are somebody else's: their names, and those of the versions one knows."""
    versions: set[UUID] = set()
    for member in (CastMember, FormerMember):
        versions.update(member.objects.filter(conversation__owner=user).values_list("version", flat=True))
    characters: set[UUID] = set()
    for model, whose in ((Pair, "owner"), (UsualPart, "user"), (Favourite, "user")):
        characters.update(model._default_manager.filter(**{whose: user}).values_list("character", flat=True))
    met = CharacterVersion.objects.filter(pk__in=versions) | CharacterVersion.objects.filter(
        character__published_id__isnull=False, character__in=characters
    )
    others = met.exclude(character__owner=user).select_related("character").order_by("character", "number", "language")
    rows: dict[UUID, Row] = {}
    for version in others.only("name", "language", "number", "character__slug"):
        row = rows.setdefault(
            version.character_id,
            {"id": version.character_id, "slug": version.character.slug, "name": version.name, "versions": []},
        )
        row["versions"].append({"id": version.pk, "language": version.language, "number": version.number})
    yield from rows.values()


def stories_met(user: User) -> Iterator[Row]:
    """Which stories of the house the ids are of, and what tells their versions apart. What others wrote is theirs."""
    played = StoryVersion.objects.filter(plays__conversation__owner=user)
    named = Q(pk__in=played.values("story")) | Q(pk__in=EndingMet.objects.filter(user=user).values("story"))
    for story in Story.objects.filter(named, owner=None, slug__isnull=False).only("slug").order_by("pk"):
        versions = played.filter(story=story).order_by("number").distinct()
        yield {"id": story.pk, "slug": story.slug, "versions": list(versions.values("id", "number", "digest"))}
