"""Every version of a story, what changed between two, and the way back; and what is in the trash.

`story-versions` at /stories/<uuid>/versions/ (?from=<version>&to=<version>)           stories/versions.html
`story-version-restore` POST version=: writes the next version, which says what that one said
`story-trash` at /create/stories/trash/ : deleted stories and drafts, for as long as they can be brought back
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound, ProductError
from characters.selectors import language_of
from characters.services.history import pieces
from stories.models import Story, StoryVersion
from stories.selectors.trash import deleted_drafts, deleted_stories
from stories.services.shelf import restore_edition
from stories.study.compare import Difference, Path, differences, words_below
from stories.views.editor_words import LABELS
from stories.views.publishing import own
from stories.writing import plain_of


@require_safe
def versions(request: HttpRequest, story_id: UUID) -> HttpResponse:
    story = own(request, story_id)
    rows = list(story.versions.defer("source", "report"))
    if not rows:
        raise NotFound
    newer = _chosen(rows, request.GET.get("to")) or rows[0]
    older = _chosen(rows, request.GET.get("from"))
    older = older or next((each for each in rows if each.number < newer.number), None)
    language = newer.spoken(language_of())
    context = {
        "story": story,
        "versions": [{"version": each, "title": each.called(language)} for each in rows],
        "newest": rows[0],
        "older": older,
        "newer": newer,
        "title": rows[0].called(language),
        "language": language,
        "changes": _changes(story, older, newer, language) if older else [],
    }
    return render(request, "stories/versions.html", context)


@require_POST
def restore_version(request: HttpRequest, story_id: UUID) -> HttpResponse:
    story = own(request, story_id)
    try:
        version = story.versions.get(pk=UUID(request.POST.get("version", "")))
    except (ValueError, StoryVersion.DoesNotExist):
        raise NotFound from None
    try:
        written = restore_edition(story=story, version=version)
    except ProductError as refused:
        messages.error(request, str(refused.message))
    else:
        said = _("Version %(number)s says what version %(old)s said.")
        messages.success(request, said % {"number": written.number, "old": version.number})
    return redirect("story-versions", story_id=story.pk)


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    language = language_of()
    context = {
        "stories": [
            {"story": each, "title": each.published.called(language), "version": each.published, "days": each.days}
            for each in deleted_stories(request.user)
        ],
        "drafts": deleted_drafts(request.user),
    }
    return render(request, "stories/trash.html", context)


def _changes(story: Story, older: StoryVersion, newer: StoryVersion, language: str) -> list[dict[str, Any]]:
    whole = story.versions.in_bulk([older.pk, newer.pk])
    before, after = plain_of(whole[older.pk].source), plain_of(whole[newer.pk].source)
    return [
        {
            "where": where(each.path, after if each.kind != "gone" else before, language),
            "change": each,
            "language": each.path[-1] if each.kind == "text" else language,
            "pieces": pieces(each.before, each.after) if each.kind == "text" else [],
            "before": _said(each, each.before, language),
            "after": _said(each, each.after, language),
        }
        for each in differences(before, after)
    ]


def where(path: Path, data: Any, language: str) -> str:
    """Scenes › The tower › Choices › row › Words on the button: as the editor calls it, in the reader's language."""
    words: list[str] = []
    holder = data
    for step in path:
        holder = holder[step]
        if step in ("en", "zh-hans"):
            words.append({"en": _("English"), "zh-hans": _("Chinese")}[str(step)])
        elif isinstance(step, int):
            words.append(str(step + 1))
        else:
            words.append(str(LABELS.get(step, "")) or _called(holder, language) or step)
    return " › ".join(words)


def _called(part: Any, language: str) -> str:
    words = (part.get("title") or part.get("name")) if isinstance(part, dict) else None
    return str(words.get(language) or "") if isinstance(words, dict) else ""


def _said(difference: Difference, value: Any, language: str) -> str:
    if value is None:
        return ""
    if difference.kind in ("new", "gone") and isinstance(value, dict | list):
        return words_below(value, language)
    return ", ".join(map(_written, value)) if isinstance(value, list) else _written(value)


def _written(value: Any) -> str:
    """As in the document."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _chosen(rows: list[StoryVersion], asked: str | None) -> StoryVersion | None:
    return next((each for each in rows if str(each.pk) == asked), None)
