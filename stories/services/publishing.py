"""Showing a story to others: the author asks, a rule may object, a person decides; as for characters
(`characters.services.publishing`), by the same people.

Private needs no decision, and neither does showing less. While a request waits, others go on seeing what was granted
before.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from characters.checks import Finding, Passage, Work, findings_of
from characters.models import Visibility
from characters.services.publishing import MAY_DECIDE, AlreadyDecided, ChangedSince, OnesOwn, checked_reason
from characters.services.releases import REACH
from characters.tasks import queue_on_commit
from stories import tasks
from stories.books import book_of
from stories.models import Story, StoryPublication, StoryVersion
from stories.models.publication import State
from stories.services.releases import put_on_stage
from stories.texts import texts_of

logger = logging.getLogger(__name__)


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
    locked = _locked(story.pk)
    if locked.owner_id != asked_by.pk or version.story_id != locked.pk:
        raise NotFound
    wanted = Visibility(visibility)
    if wanted != Visibility.PRIVATE and asked_by.is_guest:
        raise Forbidden(_("Sign up first: a guest cannot show a story to others."))
    if wanted != Visibility.PRIVATE:
        sanctions.forbid(asked_by, sanctions.Kind.NO_PUBLISHING)
    findings = check_before_publishing(version) if wanted != Visibility.PRIVATE else []
    _end_waiting(locked)
    granted = wanted == Visibility.PRIVATE or _is_on_stage(locked, version, wanted)
    if granted:
        put_on_stage(story=locked, version=version, visibility=wanted)
    request = StoryPublication.objects.create(
        story=locked,
        version=version,
        asked_by=asked_by,
        visibility=wanted,
        findings=[finding.as_dict() for finding in findings],
        state=State.GRANTED if granted else State.WAITING,
        decided_at=timezone.now() if granted else None,
    )
    story.visibility, story.published = locked.visibility, locked.published
    return request


@transaction.atomic
def withdraw(*, story: Story, by: User) -> None:
    """The author thought better of it. Raises NotFound for others, AlreadyDecided."""
    locked = _locked(story.pk)
    if locked.owner_id != by.pk:
        raise NotFound
    if not _end_waiting(locked):
        raise AlreadyDecided


@transaction.atomic
def decide(
    *, publication: StoryPublication, by: User, granted: bool, reason: str = "", mark: str = ""
) -> StoryPublication:
    """A moderator's word. The author is told by e-mail.

    `mark` is `mark_of` what the moderator read. Raises Forbidden without the right, OnesOwn, AlreadyDecided,
    ChangedSince, Invalid for a refusal without a reason.
    """
    story = _locked(publication.story_id)
    waiting = StoryPublication.objects.select_related("version").get(pk=publication.pk)
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    if by.pk in (waiting.asked_by_id, story.owner_id):
        raise OnesOwn
    if waiting.state != State.WAITING:
        raise AlreadyDecided
    reason = checked_reason(reason, needed="" if granted else _("A refusal needs a reason: the author reads it."))
    if granted and mark and mark != mark_of(story):
        raise ChangedSince
    waiting.state = State.GRANTED if granted else State.REFUSED
    waiting.reason, waiting.decided_by, waiting.decided_at = reason, by, timezone.now()
    waiting.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    if granted:
        put_on_stage(story=story, version=waiting.version, visibility=waiting.visibility)
    _tell_author(waiting)
    return waiting


@transaction.atomic
def hide(*, story: Story, by: User, reason: str) -> None:
    """A moderator takes it off the stage: only its author sees it, and reads why. Plays that run go on.

    Raises NotFound, Forbidden without the right, OnesOwn, Invalid.
    """
    locked = _locked(story.pk)
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    if locked.owner_id == by.pk:
        raise OnesOwn
    reason = checked_reason(reason, needed=_("Hiding needs a reason: the author reads it."))
    Story.objects.filter(pk=locked.pk).update(visibility=Visibility.PRIVATE, updated_at=timezone.now())
    story.visibility = Visibility.PRIVATE
    if locked.owner is None or locked.published is None:
        return  # of the house: there is nobody to tell
    _tell_author(
        StoryPublication.objects.create(
            story=locked,
            version=locked.published,
            asked_by=locked.owner,
            visibility=Visibility.PRIVATE,
            state=State.HIDDEN,
            reason=reason,
            decided_by=by,
            decided_at=timezone.now(),
        )
    )


def mark_of(story: Story) -> str:
    """Another one as soon as its author changes what a decision is about; versions never change."""
    return f"{story.rating} {' '.join(sorted(story.tags.values_list('code', flat=True)))}"


def _tell_author(decided: StoryPublication) -> None:
    queue_on_commit(tasks.tell_decision, str(decided.pk))
    logger.info("publication of a story %s: %s", decided.pk, decided.state)


def _locked(story_id: UUID) -> Story:
    """Who asks, withdraws and decides at the same moment comes one after the other. Raises NotFound."""
    found = Story.objects.select_for_update(of=("self",)).filter(pk=story_id, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


def _end_waiting(story: Story) -> bool:
    waiting = StoryPublication.objects.filter(story=story, state=State.WAITING)
    return bool(waiting.update(state=State.WITHDRAWN, decided_at=timezone.now()))


def _is_on_stage(story: Story, version: StoryVersion, wanted: Visibility) -> bool:
    """Whether these people, or more, see this version already."""
    return story.published_id == version.pk and REACH.index(wanted) <= REACH.index(Visibility(story.visibility))
