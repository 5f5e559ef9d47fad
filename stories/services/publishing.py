"""Showing a story to others: the author asks, a rule may object, a person decides, as for characters and by the same
people (`characters.services.requests`).
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import User
from characters.checks import Finding, Passage, Work, findings_of
from characters.models import Visibility
from characters.services import requests
from stories.books import book_of
from stories.models import Story, StoryPublication, StoryVersion
from stories.services.releases import put_on_stage
from stories.texts import texts_of


def check_before_publishing(version: StoryVersion) -> list[Finding]:
    """What stands against showing this version to others: every text in it, and its tags. Decides nothing."""
    story = version.story
    passages = [Passage(path, text) for path, text in texts_of(book_of(version).file)]
    passages += [Passage("tags", name) for tag in story.tags.all() for name in {tag.name_en, tag.name_zh}]
    return findings_of(Work(tuple(passages), story.rating))


@transaction.atomic
def ask_to_publish(*, story: Story, version: StoryVersion, asked_by: User, visibility: str) -> StoryPublication:
    """Show this version to these people: at once when that is nobody, or no more than see it now; else it waits.

    Asking again replaces what waits. Raises NotFound for who does not own it, Forbidden for a guest.
    """
    locked, wanted = requests.locked(Story, story.pk), Visibility(visibility)
    requests.check_asking(locked, by=asked_by, wanted=wanted)
    if version.story_id != locked.pk:
        raise NotFound
    findings = check_before_publishing(version) if wanted != Visibility.PRIVATE else []
    on_stage = locked.published_id == version.pk and requests.seen_already(locked, wanted)
    granted = wanted == Visibility.PRIVATE or on_stage
    if granted:
        put_on_stage(story=locked, version=version, visibility=wanted)
    request: StoryPublication = requests.ask(
        locked, version=version, by=asked_by, visibility=wanted, findings=findings, granted=granted
    )
    story.visibility, story.published = locked.visibility, locked.published
    return request


@transaction.atomic
def decide(
    *, publication: StoryPublication, by: User, granted: bool, reason: str = "", mark: str = ""
) -> StoryPublication:
    """A moderator's word (`requests.settle`). The author is told by e-mail.

    `mark` is `mark_of` what the moderator read: only that is granted.
    """
    story = requests.locked(Story, publication.story_id)
    changed = bool(mark) and mark != requests.mark_of(story)
    decided = requests.settle(publication, story, by=by, granted=granted, reason=reason, changed=changed)
    if granted:
        put_on_stage(story=story, version=decided.version, visibility=decided.visibility)
    return decided


def hide(*, story: Story, by: User, reason: str) -> None:
    """See `requests.hide`."""
    requests.hide(work=story, show=_show_to, by=by, reason=reason)


def show_again(*, story_id: UUID, version_id: UUID, visibility: str, by: User) -> bool:
    """See `requests.show_again`."""
    return requests.show_again(Story, story_id, show=_show_to, version_id=version_id, visibility=visibility, by=by)


def _show_to(story: Story, visibility: str) -> None:
    story.visibility = Visibility(visibility)
    Story.objects.filter(pk=story.pk).update(visibility=story.visibility, updated_at=timezone.now())
