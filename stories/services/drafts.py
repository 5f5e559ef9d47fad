"""Drafts of stories: opened, saved without ever overwriting somebody silently, written as a version, taken back."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from accounts.retention import gone_since
from characters.services.quotas import QUOTAS, QuotaReached, hold
from inference.prompts.marked import MOST_LETTERS
from inference.prompts.problems import Unfit
from stories.models import Story, StoryDraft, StoryVersion
from stories.services.shelf import begin_story, write_edition
from stories.writing import Change, NoSuchPlace, made, plain_of

BEGINNING = Path(__file__).parent.parent / "beginning.yaml"
MOST_PLACES = 300


class DraftChanged(Conflict):
    """Somebody saved in the meantime. `theirs` is the document as it stands."""

    code = "draft_changed"
    message = _("This draft was changed in another window.")


class Unreadable(Invalid):
    """The document is no YAML at the moment: it can only be changed as text."""

    code = "unreadable"
    message = _("The document cannot be read as it stands: mend it as text first.")


@transaction.atomic
def open_draft(*, owner: User, story: Story | None = None, source: str | None = None) -> StoryDraft:
    """The open draft of a story, or a new one: of its newest version, of a document, or of our beginning.

    Whoever calls has made sure that the story is the owner's. Raises QuotaReached, TooLong as Invalid.
    """
    plan = hold(owner)
    if story is not None:
        known = StoryDraft.objects.filter(story=story, deleted_at=None).first()
        if known is not None:
            return known
    limit = QUOTAS["drafts"].limit_on(plan)
    if StoryDraft.objects.filter(owner=owner, deleted_at=None).count() >= limit:
        raise QuotaReached(field="draft", limit=limit)
    if source is None and story is not None:
        newest = story.versions.order_by("-number").first()
        source = newest.source if newest else None
    text = _checked(BEGINNING.read_text(encoding="utf-8") if source is None else source)
    return StoryDraft.objects.create(owner=owner, story=story, source=text, title=_title_in(text))


@transaction.atomic
def save_draft(
    *,
    draft: StoryDraft,
    revision: int,
    source: str | None = None,
    changes: Iterable[Change] = (),
    layout: Mapping[str, Any] | None = None,
) -> StoryDraft:
    """The whole document, or changes to it in their order, over revision `revision`. Where scenes lie counts for none.

    Nothing is judged here: a draft may be unfinished or wrong. Raises DraftChanged, Unreadable, Invalid.
    """
    locked = StoryDraft.objects.select_for_update().filter(pk=draft.pk, deleted_at=None).first()
    if locked is None:
        raise NotFound
    if layout is not None:
        locked.layout = _places(layout)
    wanted = locked.source if source is None else _checked(source)
    changes = list(changes)
    if (changes or wanted != locked.source) and locked.revision != revision:
        raise DraftChanged(revision=locked.revision, theirs=locked.source)
    try:
        for change in changes:
            wanted = made(wanted, change)
    except Unfit as unfit:
        raise Unreadable(field="source") from unfit
    except NoSuchPlace as nowhere:
        raise Invalid(field="changes") from nowhere
    if wanted != locked.source:
        locked.source, locked.revision = _checked(wanted), locked.revision + 1
        locked.title = _title_in(wanted) or locked.title
    locked.save()
    return locked


@transaction.atomic
def write_version(*, draft: StoryDraft) -> StoryVersion:
    """Make the draft the next version; the story begins with its first. At once on stage while nobody else sees it.

    Raises Unplayable, NotAllowed, QuotaReached.
    """
    locked = StoryDraft.objects.select_for_update(of=("self",)).select_related("story", "owner").get(pk=draft.pk)
    if locked.story is not None:
        return write_edition(story=locked.story, source=locked.source)
    story = locked.story = begin_story(owner=locked.owner, source=locked.source)
    locked.save(update_fields=["story", "updated_at"])
    return story.versions.get()


def delete_draft(*, draft: StoryDraft) -> None:
    """Away from the list; `restore_draft` brings it back."""
    StoryDraft.objects.filter(pk=draft.pk, deleted_at=None).update(deleted_at=timezone.now())


@transaction.atomic
def restore_draft(*, owner: User, draft_id: UUID) -> StoryDraft:
    """Undo of a deletion. Raises NotFound also when it is too late, or when the story has another draft by now."""
    hold(owner)
    draft = StoryDraft.objects.filter(pk=draft_id, owner=owner).exclude(deleted_at__lt=gone_since()).first()
    if draft is None:
        raise NotFound
    if draft.deleted_at is not None:
        if draft.story_id and StoryDraft.objects.filter(story=draft.story_id, deleted_at=None).exists():
            raise NotFound
        draft.deleted_at = None
        draft.save(update_fields=["deleted_at"])
    return draft


def forget_deleted_drafts() -> int:
    """Those deleted more than thirty days ago, for good. Returns how many."""
    return StoryDraft.objects.filter(deleted_at__lt=gone_since()).delete()[0]


def _checked(source: str) -> str:
    if not isinstance(source, str) or "\x00" in source:
        raise Invalid(_("There is a character in it that cannot be stored."), field="source")
    if len(source) > MOST_LETTERS:
        raise Invalid(_("That is too long."), field="source", limit=MOST_LETTERS)
    return source.replace("\r\n", "\n").encode("utf-8", "replace").decode()


def _title_in(source: str) -> str:
    """What the document calls itself, as far as it can be read."""
    try:
        data = plain_of(source)
    except Unfit:
        return ""
    title = data.get("title") if isinstance(data, dict) else None
    said = [str(each).strip() for each in title.values() if each] if isinstance(title, dict) else []
    return said[0][:100] if said else ""


def _places(layout: Mapping[str, Any]) -> dict[str, list[int]]:
    """{"inn": [x, y]}. Raises Invalid."""
    try:
        found = {str(name)[:40]: [int(x), int(y)] for name, (x, y) in layout.items()}
    except (TypeError, ValueError, OverflowError) as wrong:
        raise Invalid(field="layout") from wrong
    if len(found) > MOST_PLACES or any(abs(each) > 100_000 for place in found.values() for each in place):
        raise Invalid(field="layout", limit=MOST_PLACES)
    return found
