"""Showing a character to others: the author asks, a rule may object, a person decides.

What stands on stage for others changes here alone: the release, and the lore and knowledge that were granted with it.
Private needs no decision, and neither does showing less. While a request waits, others go on seeing what was granted
before.
"""

from uuid import UUID

from django.db import transaction

from accounts.errors import Invalid, NotFound
from accounts.models import User
from characters.checks import BLOCKING, Finding, Passage, Work, findings_of, says
from characters.content import MAX_LENGTHS
from characters.models import Character, CharacterVersion, Publication, Visibility
from characters.selectors.stage import Told, told_now, unshown
from characters.services import requests
from characters.services.releases import put_on_stage, set_visibility, show_to
from characters.services.webhooks import announce

State = Publication.State


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
    locked, wanted = requests.locked(Character, character.pk), Visibility(visibility)
    requests.check_asking(locked, by=asked_by, wanted=wanted)
    if version.character_id != locked.pk:
        raise NotFound
    findings = check_before_publishing(version) if wanted != Visibility.PRIVATE else []
    _refuse_blocking(findings)
    granted, lore_alone = _granted_at_once(locked, version, wanted)
    request: Publication = requests.ask(
        locked,
        version=version,
        by=asked_by,
        visibility=wanted,
        findings=findings,
        granted=granted,
        lore_alone=lore_alone,
    )
    # The one that was handed in says what is now.
    character.visibility, character.published = locked.visibility, locked.published
    return request


@transaction.atomic
def ask_to_show_lore(*, character: Character, asked_by: User) -> Publication | None:
    """What changed of lore and knowledge, for whoever sees the release on stage. A request that waits carries it too.

    None where others have all of it. Raises NotFound, Invalid.
    """
    locked = requests.locked(Character, character.pk)
    if locked.owner_id != asked_by.pk or locked.published is None:
        raise NotFound
    if not unshown(locked):
        return None
    waiting = Publication.objects.filter(character=locked, state=State.WAITING).first()
    if waiting is not None:
        return waiting
    return ask_to_publish(character=locked, version=locked.published, asked_by=asked_by, visibility=locked.visibility)


@transaction.atomic
def decide(*, publication: Publication, by: User, granted: bool, reason: str = "", mark: str = "") -> Publication:
    """A moderator's word (`requests.settle`). The author is told, by e-mail and webhook.

    `mark` is `mark_of` what the moderator read: only that is granted.
    """
    character = requests.locked(Character, publication.character_id)
    told = told_now(character.pk, lock=True)
    changed = bool(mark) and mark != mark_of(character, told)
    decided = requests.settle(publication, character, by=by, granted=granted, reason=reason, changed=changed)
    if granted:
        put_on_stage(character=character, version=decided.version, visibility=decided.visibility, told=told)
        announce("character.published", character.owner, _announced(character, decided))
    return decided


def mark_of(character: Character, told: Told) -> str:
    return requests.mark_of(character, told)


@transaction.atomic
def show_less(*, character: Character, by: User, visibility: str) -> None:
    """Private again, or unlisted: at once. What waits is withdrawn. Raises NotFound, NeedsDecision."""
    locked = requests.locked(Character, character.pk)
    if locked.owner_id != by.pk:
        raise NotFound
    set_visibility(character=locked, visibility=visibility)
    requests.end_waiting(locked)
    character.visibility = locked.visibility


def hide(*, character: Character, by: User, reason: str) -> None:
    """See `requests.hide`."""
    requests.hide(work=character, show=show_to, by=by, reason=reason)


def show_again(*, character_id: UUID, version_id: UUID, visibility: str, by: User) -> bool:
    """See `requests.show_again`; with the lore that was granted then."""
    try:
        return requests.show_again(
            Character, character_id, show=show_to, version_id=version_id, visibility=visibility, by=by
        )
    except Invalid:  # its author has left the organisation that saw it
        return False


def set_copyable(*, character: Character, copyable: bool) -> None:
    """Whether others may take a copy while it is public."""
    character.copyable = copyable
    character.save(update_fields=["copyable", "updated_at"])


def _refuse_blocking(findings: list[Finding]) -> None:
    blocking = [finding for finding in findings if finding.rule in BLOCKING]
    if blocking:
        told = [finding.as_dict() for finding in blocking]
        raise Invalid(says(blocking[0].rule), field=blocking[0].field, findings=told)


def _granted_at_once(character: Character, version: CharacterVersion, wanted: Visibility) -> tuple[bool, bool]:
    """Whether it is done with this, and whether what waits is about lore and knowledge alone."""
    if wanted in (Visibility.PRIVATE, Visibility.ORGANISATION):
        # An organisation is a closed circle: the check has the last word there, and whoever sees it can report it.
        put_on_stage(character=character, version=version, visibility=wanted)
        return True, False
    shown = character.published
    if shown is None or shown.number != version.number or not requests.seen_already(character, wanted):
        return False, False
    # The same release, in this edition first, to no more people. Lore and knowledge stay as they were granted.
    character.published = version
    character.save(update_fields=["published", "updated_at"])
    set_visibility(character=character, visibility=wanted)
    lore_waits = bool(unshown(character))
    return not lore_waits, lore_waits


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
