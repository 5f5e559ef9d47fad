"""The history of a character: every version, what changed between any two, and the way back.

`history` at /characters/<uuid>/history/ (?from=<version>&to=<version>): for the owner alone.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound
from characters.models import Character, CharacterVersion
from characters.selectors import drafts as reads
from characters.services.history import Change, compare, restore_version
from characters.steps import BY_KEY
from characters.views.builder_choices import in_words
from characters.views.builder_fields import label_of


@require_safe
def history(request: HttpRequest, character_id: UUID) -> HttpResponse:
    character = _own(request, character_id)
    versions = reads.history_of(character)
    if not versions:
        raise NotFound
    newer = _chosen(versions, request.GET.get("to")) or versions[0]
    older = _chosen(versions, request.GET.get("from")) or _before(versions, newer)
    changes = _changes(character, older, newer) if older else []
    context = {
        "character": character,
        "versions": versions,
        "newest": versions[0],
        "older": older,
        "newer": newer,
        "changes": [
            {
                "label": label(change),
                "change": change,
                "before": in_words(change.field, change.before),
                "after": in_words(change.field, change.after),
            }
            for change in changes
        ],
        "several_languages": len({version.language for version in versions}) > 1,
    }
    return render(request, "characters/builder/history.html", context)


@require_POST
def restore(request: HttpRequest, character_id: UUID) -> HttpResponse:
    """Go back to a version: a draft of it, which stands beside the others until it is written."""
    character = _own(request, character_id)
    try:
        version = reads.own_version(user=request.user, version_id=UUID(request.POST.get("version", "")))
    except (ValueError, CharacterVersion.DoesNotExist):
        raise NotFound from None
    if version.character_id != character.pk or character.owner is None:
        raise NotFound
    draft = restore_version(owner=character.owner, version=version)
    return redirect("draft", draft_id=draft.pk, step="publish")


def label(change: Change) -> str:
    """By the name it has in the builder."""
    return str(BY_KEY["look"].title) if change.field == "look" else label_of(change.field)


def _changes(character: Character, older: CharacterVersion, newer: CharacterVersion) -> list[Change]:
    whole = character.versions.in_bulk([older.pk, newer.pk])
    return compare(whole[older.pk], whole[newer.pk])


def _own(request: HttpRequest, character_id: UUID) -> Character:
    try:
        return reads.own_character(user=request.user, character_id=character_id)
    except Character.DoesNotExist:
        raise NotFound from None


def _chosen(versions: list[CharacterVersion], asked: str | None) -> CharacterVersion | None:
    return next((version for version in versions if str(version.pk) == asked), None)


def _before(versions: list[CharacterVersion], newer: CharacterVersion) -> CharacterVersion | None:
    """The version of the same language right before this one."""
    return next(
        (each for each in versions if each.language == newer.language and each.number < newer.number),
        None,
    )
