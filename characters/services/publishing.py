"""Showing a character to others: the author asks, a rule may object, a person decides.

What stands on stage for others changes here alone: the release, and the lore and knowledge that were granted with it.
Private needs no decision, and neither does showing less. While a request waits, others go on seeing what was granted
before.
"""

import hashlib
import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.models import User
from characters import tasks
from characters.checks import BLOCKING, Finding, Passage, Work, findings_of, says
from characters.content import MAX_LENGTHS
from characters.models import Character, CharacterVersion, Publication, Visibility
from characters.selectors.stage import Told, told_now, unshown
from characters.services.releases import REACH, put_on_stage, set_visibility
from characters.services.webhooks import announce

logger = logging.getLogger(__name__)

MAX_REASON = 2_000
MAY_DECIDE = "characters.change_publication"
State = Publication.State


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = _("This request is no longer waiting.")


class ChangedSince(Conflict):
    """What would go on stage is not what was read."""

    code = "changed_since"
    message = _(
        "The author changed lore, knowledge, tags or rating since you opened this. Read what is new, then decide."
    )


class OnesOwn(Forbidden):
    """Four eyes: nobody decides on what they asked for, or wrote."""

    code = "ones_own"
    message = _("Somebody else has to decide on your own work.")


def check_before_publishing(version: CharacterVersion, *, rating: str = "") -> list[Finding]:
    """What stands against showing this release to others: editions, tags, lore and knowledge in use. Decides nothing.

    `rating` is what the author is about to choose, if not what the character has.
    """
    character = version.character
    editions = list(character.versions.filter(number=version.number).order_by("language"))
    editions.sort(key=lambda edition: edition.pk != version.pk)
    passages = [passage for edition in editions for passage in _passages(edition, edition.pk != version.pk)]
    passages += [Passage("tags", name) for tag in character.tags.all() for name in {tag.name_en, tag.name_zh}]
    passages += [Passage("lore", text) for text in _texts(told_now(character.pk))]
    missing = tuple(dict.fromkeys(field for edition in editions for field in _missing(edition)))
    return findings_of(Work(tuple(passages), rating or character.rating, missing))


@transaction.atomic
def ask_to_publish(*, character: Character, version: CharacterVersion, asked_by: User, visibility: str) -> Publication:
    """Show this release to these people: at once when that is nobody, or no more than see it now; else it waits.

    Lore and knowledge come along as they stand. Where others have them differently, that waits: also when the release
    is on stage already. Asking again replaces what waits. Raises NotFound for who does not own it, Forbidden for a
    guest, Invalid (with `findings`) when something is missing that leaves nothing to decide.
    """
    locked = _locked(character.pk)
    if locked.owner_id != asked_by.pk or version.character_id != locked.pk:
        raise NotFound
    wanted = Visibility(visibility)
    if wanted != Visibility.PRIVATE and asked_by.is_guest:
        raise Forbidden(_("Sign up first: a guest cannot show a character to others."))
    if wanted != Visibility.PRIVATE:
        sanctions.forbid(asked_by, sanctions.Kind.NO_PUBLISHING)
    findings = check_before_publishing(version) if wanted != Visibility.PRIVATE else []
    if blocking := next((finding for finding in findings if finding.rule in BLOCKING), None):
        told = [finding.as_dict() for finding in findings if finding.rule in BLOCKING]
        raise Invalid(says(blocking.rule), field=blocking.field, findings=told)
    _end_waiting(locked)
    request = Publication(
        character=locked,
        version=version,
        asked_by=asked_by,
        visibility=wanted,
        findings=[finding.as_dict() for finding in findings],
    )
    if wanted in (Visibility.PRIVATE, Visibility.ORGANISATION):
        # An organisation is a closed circle: the check has the last word there, and whoever sees it can report it.
        put_on_stage(character=locked, version=version, visibility=wanted)
        granted = True
    elif _is_on_stage(locked, version, wanted):
        _show_again(locked, version, wanted)
        granted = not unshown(locked)
        request.lore_alone = not granted
    else:
        granted = False
    if granted:
        request.state, request.decided_at = State.GRANTED, timezone.now()
    request.save()
    # The one that was handed in says what is now.
    character.visibility, character.published = locked.visibility, locked.published
    return request


@transaction.atomic
def ask_to_show_lore(*, character: Character, asked_by: User) -> Publication | None:
    """What changed of lore and knowledge, for whoever sees the release on stage. A request that waits carries it too.

    None where others have all of it. Raises NotFound, Invalid.
    """
    locked = _locked(character.pk)
    if locked.owner_id != asked_by.pk or locked.published is None:
        raise NotFound
    if not unshown(locked):
        return None
    waiting = Publication.objects.filter(character=locked, state=State.WAITING).first()
    if waiting is not None:
        return waiting
    return ask_to_publish(character=locked, version=locked.published, asked_by=asked_by, visibility=locked.visibility)


@transaction.atomic
def withdraw(*, publication: Publication, by: User) -> None:
    """The author thought better of it. Raises NotFound for others, AlreadyDecided."""
    character = _locked(publication.character_id)
    if character.owner_id != by.pk:
        raise NotFound
    if not _end_waiting(character):
        raise AlreadyDecided


@transaction.atomic
def decide(*, publication: Publication, by: User, granted: bool, reason: str = "", mark: str = "") -> Publication:
    """A moderator's word. The author is told, by e-mail and webhook.

    `mark` is `mark_of` what the moderator read: only that is granted. Raises Forbidden without the right, OnesOwn,
    AlreadyDecided, ChangedSince, Invalid for a refusal without a reason.
    """
    character = _locked(publication.character_id)
    waiting = Publication.objects.select_related("version").get(pk=publication.pk)
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    if by.pk in (waiting.asked_by_id, character.owner_id):
        raise OnesOwn
    if waiting.state != State.WAITING:
        raise AlreadyDecided
    reason = checked_reason(reason, needed="" if granted else _("A refusal needs a reason: the author reads it."))
    told = told_now(character.pk, lock=True)
    if granted and mark and mark != mark_of(character, told):
        raise ChangedSince
    waiting.state = State.GRANTED if granted else State.REFUSED
    waiting.reason, waiting.decided_by, waiting.decided_at = reason, by, timezone.now()
    waiting.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    if granted:
        put_on_stage(character=character, version=waiting.version, visibility=waiting.visibility, told=told)
        announce("character.published", character.owner, _announced(character, waiting))
    _tell_author(waiting)
    return waiting


def mark_of(character: Character, told: Told) -> str:
    """Another one as soon as its author changes anything that a decision is about; versions never change."""
    tags = sorted(character.tags.values_list("code", flat=True))
    return hashlib.sha256(repr((told, character.rating, tags)).encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def show_less(*, character: Character, by: User, visibility: str) -> None:
    """Private again, or unlisted: at once. What waits is withdrawn. Raises NotFound, NeedsDecision."""
    locked = _locked(character.pk)
    if locked.owner_id != by.pk:
        raise NotFound
    set_visibility(character=locked, visibility=visibility)
    _end_waiting(locked)
    character.visibility = locked.visibility


@transaction.atomic
def hide(*, character: Character, by: User, reason: str) -> None:
    """A moderator takes it off the stage: only its author sees it, and reads why on its page and in an e-mail.

    What waits goes on waiting: it is decided by itself. Raises NotFound, Forbidden without the right, OnesOwn, Invalid.
    """
    locked = _locked(character.pk)
    if not by.has_perm(MAY_DECIDE):
        raise Forbidden
    if locked.owner_id == by.pk:
        raise OnesOwn
    reason = checked_reason(reason, needed=_("Hiding needs a reason: the author reads it."))
    set_visibility(character=locked, visibility=Visibility.PRIVATE)
    character.visibility = locked.visibility
    if locked.owner is None or locked.published is None:
        return  # of the house: there is nobody to tell
    hidden = Publication.objects.create(
        character=locked,
        version=locked.published,
        asked_by=locked.owner,
        visibility=Visibility.PRIVATE,
        state=State.HIDDEN,
        reason=reason,
        decided_by=by,
        decided_at=timezone.now(),
    )
    _tell_author(hidden)


@transaction.atomic
def show_again(*, character_id: UUID, version_id: UUID, visibility: str, by: User) -> bool:
    """What was hidden was hidden wrongly: others see it as they did, with the lore that was granted then. Rights are
    the caller's to look at. False where it is gone, or another release stands there now that nobody has looked at.
    """
    still = Character.objects.select_for_update(of=("self",)).select_related("owner", "published")
    locked = still.filter(pk=character_id, deleted_at=None, visibility=Visibility.PRIVATE, published=version_id).first()
    if locked is None or locked.published is None or visibility == Visibility.PRIVATE:
        return False
    locked.visibility = Visibility(visibility)
    locked.save(update_fields=["visibility", "updated_at"])
    if locked.owner is not None:
        shown = Publication.objects.create(
            character=locked,
            version=locked.published,
            asked_by=locked.owner,
            visibility=locked.visibility,
            state=State.GRANTED,
            decided_by=by,
            decided_at=timezone.now(),
        )
        _tell_author(shown)
    return True


def set_copyable(*, character: Character, copyable: bool) -> None:
    """Whether others may take a copy while it is public."""
    character.copyable = copyable
    character.save(update_fields=["copyable", "updated_at"])


def checked_reason(reason: str, *, needed: str | Promise = "") -> str:
    """What an author is told; `needed` says so where one has to be given. Raises Invalid."""
    reason = reason.strip()
    if needed and not reason:
        raise Invalid(needed, field="reason")
    if len(reason) > MAX_REASON:
        raise Invalid(_("That is too long."), field="reason", limit=MAX_REASON)
    return reason


def _tell_author(decided: Publication) -> None:
    tasks.queue_on_commit(tasks.tell_decision, str(decided.pk))
    logger.info("publication %s: %s", decided.pk, decided.state)


def _locked(character_id: UUID) -> Character:
    """Who asks, withdraws and decides at the same moment comes one after the other. Raises NotFound."""
    found = Character.objects.select_for_update(of=("self",)).filter(pk=character_id, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


def _end_waiting(character: Character) -> bool:
    waiting = Publication.objects.filter(character=character, state=State.WAITING)
    return bool(waiting.update(state=State.WITHDRAWN, decided_at=timezone.now()))


def _is_on_stage(character: Character, version: CharacterVersion, wanted: Visibility) -> bool:
    """Whether these people, or more, see this release already."""
    shown = character.published
    same = shown is not None and shown.number == version.number
    return same and REACH.index(wanted) <= REACH.index(Visibility(character.visibility))


def _show_again(character: Character, version: CharacterVersion, wanted: Visibility) -> None:
    """The same release, in this edition first, to no more people. Lore and knowledge stay as they were granted."""
    character.published = version
    character.save(update_fields=["published", "updated_at"])
    set_visibility(character=character, visibility=wanted)


def _announced(character: Character, publication: Publication) -> dict[str, object]:
    return {
        "character_id": str(character.pk),
        "version_id": str(publication.version_id),
        "number": publication.version.number,
        "name": publication.version.name,
        "visibility": publication.visibility,
    }


def _passages(edition: CharacterVersion, named: bool) -> list[Passage]:
    """Every text of an edition; `named` puts its language before the field, for all but the one asked about."""
    prefix = f"{edition.language}." if named else ""
    texts = [(field, getattr(edition, field)) for field in MAX_LENGTHS]
    texts += [(f"greetings.{at}", text) for at, text in enumerate(edition.greetings, 1)]
    texts += [("depth_prompt", edition.depth_prompt.get("text", ""))]
    texts += [("presentation", edition.presentation.get("keywords", ""))]
    return [Passage(prefix + field, text) for field, text in texts if text]


def _missing(edition: CharacterVersion) -> list[str]:
    missing = [] if edition.tagline or edition.about else ["tagline"]
    return missing if edition.description or edition.personality else [*missing, "description"]


def _texts(told: Told) -> list[str]:
    entries = (entry for book in told.books for entry in book.entries)
    lore = ["\n".join((entry["name"], *map(str, entry["keys"]), entry["content"])) for entry in entries]
    return lore + [f"{text.title}\n{text.text}" for text in told.texts]
