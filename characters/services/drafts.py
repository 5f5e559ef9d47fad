"""Drafts: opened, saved without ever overwriting somebody silently, written as a version, taken back."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Conflict, Invalid, NotFound
from accounts.holds import held_people
from accounts.models import User
from accounts.retention import gone_since
from characters.archetype_loading import get_archetype
from characters.content import checked, content_of
from characters.drafting import OWN, check_shape, checked_tags, edition_content, form_of, storable, with_changes
from characters.models import Character, CharacterVersion, Draft, Language, Rating, Visibility
from characters.selectors import language_of
from characters.services.quotas import hold, reserve
from characters.services.releases import create_character, create_version, release, set_tags
from characters.services.tags import tags_named

MAX_DRAFT_BYTES = 1_000_000
# From what everybody may see to what only adults may: an author may always rate more strictly.
STRICTNESS = (Rating.GENERAL, Rating.MATURE, Rating.EXPLICIT)


class DraftChanged(Conflict):
    """Somebody saved in the meantime. `theirs` is the form as it stands, `differs` what one would overwrite."""

    code = "draft_changed"
    message = gettext_lazy("This draft was changed in another window.")


@transaction.atomic
def open_draft(
    *,
    owner: User,
    language: str | None = None,
    archetype: str = "",
    character: Character | None = None,
    version: CharacterVersion | None = None,
    title: str = "",
) -> Draft:
    """A new draft: blank, from an archetype, from a character's newest version, or from one version of it.

    The caller has made sure that character or version are the owner's. Raises Invalid.
    """
    reserve(owner, drafts=1)
    language = language_of(language)
    content: dict[str, Any] = {}
    if character is not None and version is None:
        version = newest_edition(character, language)
    if version is not None:
        character, language = version.character, version.language
        content = content_of(version) | {"rating": character.rating, "visibility": character.visibility}
    elif archetype:
        content = get_archetype(archetype).content_in(language)
    return Draft.objects.create(
        owner=owner,
        character=character,
        base=version,
        title=title.strip()[:100],
        language=language,
        archetype="" if version else archetype,
        content=content,
        tags=[tag.code for tag in character.tags.all()] if character else [],
    )


def newest_edition(character: Character, language: str | None = None) -> CharacterVersion | None:
    """The newest version, on stage or not, in this language if it has one."""
    newest = character.versions.order_by("-number").first()
    if newest is None:
        return None
    wanted = character.versions.filter(number=newest.number, language=language_of(language)).first()
    return wanted or newest


@transaction.atomic
def save_draft(*, draft: Draft, revision: int, changes: Mapping[str, Any]) -> Draft:
    """Write these fields (characters.drafting) over revision `revision`; None takes one away.

    Nothing is judged here but the shape: a draft may be unfinished or wrong. Raises DraftChanged when the draft has
    moved on and the changes are not in it yet; Invalid for fields that do not exist, or too much text.
    """
    check_shape(changes)
    locked = Draft.objects.select_for_update().filter(pk=draft.pk, deleted_at=None).first()
    if locked is None:
        raise NotFound
    changes = {name: storable(value) for name, value in changes.items()}
    form = form_of(locked)
    differs = [name for name, value in changes.items() if form.get(name) != value]
    if not differs:
        return locked
    if locked.revision != revision:
        raise DraftChanged(revision=locked.revision, differs=differs, theirs=form)
    _write_columns(locked, changes)
    locked.content = with_changes(locked.content, changes)
    if len(json.dumps([locked.content, locked.tags], ensure_ascii=False).encode()) > MAX_DRAFT_BYTES:
        raise Invalid(_("A draft may hold 1 MB of text at most."), field=differs[0], limit=MAX_DRAFT_BYTES)
    locked.revision += 1
    locked.save()
    return locked


def _write_columns(draft: Draft, changes: Mapping[str, Any]) -> None:
    if "language" in changes:
        if changes["language"] not in Language.values:
            raise Invalid(_("We do not have that language."), field="language")
        draft.language = changes["language"]
    if "title" in changes:
        draft.title = str(changes["title"] or "").strip()[:100]
    if "tags" in changes:
        if not _texts(changes["tags"]):
            raise Invalid(_("That is not something we can take."), field="tags")
        draft.tags = list(dict.fromkeys(tag.strip() for tag in changes["tags"] if tag.strip()))
    for name, known in (("rating", Rating.values), ("visibility", Visibility.values)):
        if name in changes and changes[name] not in known:
            raise Invalid(_("That is not something we can take."), field=name)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def rename_draft(*, draft: Draft, title: str) -> Draft:
    """Its name in the list of drafts; empty: it is called after the character."""
    return save_draft(draft=draft, revision=draft.revision, changes={"title": title.strip()[:100]})


def delete_draft(*, draft: Draft) -> None:
    """Away from the list; `restore_draft` brings it back."""
    Draft.objects.filter(pk=draft.pk, deleted_at=None).update(deleted_at=timezone.now())


@transaction.atomic
def restore_draft(*, owner: User, draft_id: UUID) -> Draft:
    """Undo of a deletion. Raises NotFound also when it is too late, QuotaReached."""
    hold(owner)
    draft = Draft.objects.filter(pk=draft_id, owner=owner).exclude(deleted_at__lt=gone_since()).first()
    if draft is None:
        raise NotFound
    if draft.deleted_at is not None:
        reserve(owner, drafts=1)
        draft.deleted_at = None
        draft.save(update_fields=["deleted_at"])
    return draft


def forget_deleted_drafts() -> int:
    """Those deleted more than thirty days ago, for good. Returns how many."""
    return Draft.objects.filter(deleted_at__lt=gone_since()).exclude(owner__in=held_people()).delete()[0]


@transaction.atomic
def write_version(*, draft: Draft, revision: int | None = None) -> CharacterVersion:
    """Make the draft an immutable version; the character begins with its first.

    On stage at once while nobody else can see the character; what others see changes by `publishing` alone.
    Editions in other languages are carried over. Raises Invalid with field and limit, DraftChanged.
    """
    hold(draft.owner)
    locked = Draft.objects.select_for_update(of=("self",)).select_related("character").get(pk=draft.pk)
    if revision is not None and locked.revision != revision:
        raise DraftChanged(revision=locked.revision, theirs=form_of(locked))
    content = checked(locked.language, edition_content(locked))
    tags = tags_named(checked_tags(locked.tags))
    editions = {locked.language: content}
    rating = str(locked.content.get("rating", "" if locked.character else Rating.GENERAL))
    if locked.character is None:
        character = create_character(owner=locked.owner, editions=editions, rating=rating)
    else:
        character = Character.objects.select_for_update(of=("self",)).get(pk=locked.character.pk)
        editions |= _other_editions(character, locked.language)
        write = release if character.visibility == Visibility.PRIVATE else create_version
        write(character=character, editions=editions, rating=rating)
    character.rating = rating_allowed(character, str(locked.content.get("rating", character.rating)))
    character.save(update_fields=["rating", "updated_at"])
    set_tags(character=character, tags=tags)
    version = character.versions.filter(language=locked.language).order_by("-number")[0]
    locked.character, locked.base, locked.tags = character, version, [tag.code for tag in tags]
    # The draft now says what the version says; a window that has not heard of it is told so when it saves.
    locked.content = content_of(version) | {name: locked.content[name] for name in OWN if name in locked.content}
    locked.revision += 1
    locked.save()
    return version


def _other_editions(character: Character, language: str) -> dict[str, dict[str, Any]]:
    newest = newest_edition(character)
    if newest is None:
        return {}
    others = character.versions.filter(number=newest.number).exclude(language=language)
    return {edition.language: content_of(edition) for edition in others}


def rating_allowed(character: Character, rating: str) -> str:
    """What others can see may be rated more strictly by its author, never more mildly. Raises Invalid."""
    shown = character.visibility != Visibility.PRIVATE
    if shown and STRICTNESS.index(Rating(rating)) < STRICTNESS.index(Rating(character.rating)):
        raise Invalid(_("Others can see this character: make it private first to rate it more mildly."), field="rating")
    return rating
