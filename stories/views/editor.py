"""The editor of stories. The document is the truth: what the page shows is made of it, and changes go into it.

`story-create` at /create/stories/ lists drafts and stories and offers ways to begin: `story-draft-open` POST
(story= one's own, like= one of the house, file= a document).
`story-draft` at /create/stories/<draft>/                                            stories/editor.html
`story-draft-save` POST JSON {revision, source | changes: [[op, path, value]], layout?}: saves, checks, and answers as
`answer_to` says; 409 with `theirs` where another window saved.
`story-draft-plays` POST JSON {start, seed}: some random plays more, of the document as it is saved.
`story-draft-walk` POST JSON {start, way, given, steps}: the same document played by hand, answered as `walked` says.
`story-draft-write` POST makes it a version.
"""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid, NotFound, ProductError, SignInNeeded
from accounts.guests import get_or_create_guest
from accounts.limits import Bucket, charge
from characters.portraits import CHOICES
from characters.selectors import language_of
from inference.prompts.marked import MOST_LETTERS
from stories.models import Story, StoryDraft
from stories.selectors import get_own, get_story
from stories.selectors.discovery import own_stories
from stories.selectors.drafts import drafts_for, get_deleted, get_draft
from stories.services import drafts
from stories.services.checking import checked_document, some_plays
from stories.services.releases import Unplayable
from stories.services.walking import steps_in, walked
from stories.study.walk import MOST_WAYS
from stories.views.editor_words import LABELS, TABS, WORDS
from stories.views.publishing import own
from stories.writing import Change

OPS = ("set", "remove", "rename")
MOST_CHANGES = 100
PER_MINUTE, AT_ONCE = 240, 60


@require_safe
def create(request: HttpRequest) -> HttpResponse:
    language = language_of()
    mine = []
    for story in own_stories(request.user):
        if story.published is not None:
            mine.append({"story": story, "title": story.published.called(language), "version": story.published})
    context = {
        "deleted": _just_deleted(request),
        "drafts": drafts_for(request.user).defer("source", "layout"),
        "stories": mine,
        "house": [
            {"id": each.pk, "title": each.published.called(language)}
            for each in Story.objects.filter(owner=None, slug__isnull=False, published__isnull=False)
            .select_related("published")
            .defer("published__source")
            if each.published is not None
        ],
        "refused": request.GET.get("refused", ""),
    }
    return render(request, "stories/create.html", context)


@require_POST
def open_draft(request: HttpRequest) -> HttpResponse:
    user = get_or_create_guest(request)
    asked: dict[str, Any] = {}
    try:
        if story_id := request.POST.get("story"):
            asked["story"] = get_own(user=user, story_id=UUID(story_id))
        elif like := request.POST.get("like"):
            asked["source"] = _of_the_house(request, UUID(like))
    except (ValueError, Story.DoesNotExist):
        raise NotFound from None
    if file := request.FILES.get("file"):
        if file.size is not None and file.size > 4 * MOST_LETTERS:
            raise Invalid(_("That is too long."), field="file", limit=MOST_LETTERS)
        asked["source"] = file.read().decode("utf-8-sig", "replace")
    return redirect("story-draft", story_draft_id=drafts.open_draft(owner=user, **asked).pk)


@require_safe
def draft(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    found = _draft(request, story_draft_id)
    context = {
        "draft": found,
        "state": answer_to(found) | {"source": found.source, "layout": found.layout},
        "choices": {name: list(known) for name, known in CHOICES.items()},
        "labels": {name: str(said) for name, said in LABELS.items()},
        "words": WORDS,
        "tabs": TABS,
        "urls": {
            "save": reverse("story-draft-save", args=[found.pk]),
            "plays": reverse("story-draft-plays", args=[found.pk]),
            "walk": reverse("story-draft-walk", args=[found.pk]),
            "portrait": reverse("portrait-drawn"),
        },
    }
    return render(request, "stories/editor.html", context)


@require_POST
def save(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    found, body = _asked(request, story_draft_id)
    revision, source, layout = _whole(body, "revision"), body.get("source"), body.get("layout")
    try:
        changes = [Change(op, tuple(path), value[0] if value else None) for op, path, *value in body.get("changes", ())]
    except (TypeError, ValueError):
        raise Invalid(field="changes") from None
    if len(changes) > MOST_CHANGES or any(change.op not in OPS for change in changes):
        raise Invalid(field="changes", limit=MOST_CHANGES)
    if layout is not None and not isinstance(layout, dict):
        raise Invalid(field="layout")
    try:
        saved = drafts.save_draft(draft=found, revision=revision, source=source, changes=changes, layout=layout)
    except ProductError as refused:
        return JsonResponse({"error": refused.as_dict()}, status=refused.status)
    if source is None and not changes:
        return JsonResponse({"revision": saved.revision})
    return JsonResponse(answer_to(saved) | ({"source": saved.source} if changes else {}))


@require_POST
def plays(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    found, body = _asked(request, story_draft_id)
    try:
        told = some_plays(found.source, start=str(body.get("start", "")), seed=str(body.get("seed", "1"))[:40])
    except Unplayable as wrong:
        return JsonResponse({"error": wrong.as_dict()}, status=wrong.status)
    return JsonResponse(told)


@require_POST
def walk(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    found, body = _asked(request, story_draft_id)
    way = _whole(body, "way", 0)
    try:
        told = walked(
            found.source,
            language=language_of(),
            start=str(body.get("start", "")),
            way=min(max(way, 0), MOST_WAYS),
            given=str(body.get("given", "")),
            steps=steps_in(body.get("steps", [])),
        )
    except ProductError as refused:
        return JsonResponse({"error": refused.as_dict()}, status=refused.status)
    return JsonResponse(told)


@require_POST
def write(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    found = _draft(request, story_draft_id)
    try:
        version = drafts.write_version(draft=found)
    except ProductError as refused:
        field = refused.extra.get("field", "")
        messages.error(request, f"{refused.message}{f' ({field})' if field and field != 'source' else ''}")
        return redirect("story-draft", story_draft_id=found.pk)
    messages.success(request, _("Version %(number)s is written.") % {"number": version.number})
    return redirect("story", story_id=version.story_id)


@require_POST
def delete(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    found = _draft(request, story_draft_id)
    drafts.delete_draft(draft=found)
    return redirect(f"{reverse('story-create')}?deleted={found.pk}")


@require_POST
def restore(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotFound
    drafts.restore_draft(owner=request.user, draft_id=story_draft_id)
    return redirect("story-create")


@require_safe
def draft_file(request: HttpRequest, story_draft_id: UUID) -> HttpResponse:
    return _sent(_draft(request, story_draft_id).source, "story")


@require_safe
def story_file(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """The newest version, for its author alone: it says all that can happen."""
    story = own(request, story_id)
    newest = story.versions.order_by("-number").first()
    if newest is None:
        raise NotFound
    return _sent(newest.source, story.slug or "story")


def answer_to(draft: StoryDraft) -> dict[str, Any]:
    """{revision, data (null where it cannot be read), edges, problems: [{line, path, reason}], lines: {path: line}}"""
    return {"revision": draft.revision, **checked_document(draft.source)}


def _asked(request: HttpRequest, story_draft_id: UUID) -> tuple[StoryDraft, dict[str, Any]]:
    if not request.user.is_authenticated:
        raise SignInNeeded
    found = _draft(request, story_draft_id)
    charge([Bucket("user", f"stories:{request.user.pk.hex}", PER_MINUTE, AT_ONCE)])
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Invalid from None
    if not isinstance(body, dict):
        raise Invalid
    return found, body


def _whole(body: dict[str, Any], field: str, missing: int | None = None) -> int:
    try:
        return int(body.get(field, missing))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):  # of JSON, 1e999 is endless
        raise Invalid(field=field) from None


def _draft(request: HttpRequest, story_draft_id: UUID) -> StoryDraft:
    try:
        return get_draft(user=request.user, draft_id=story_draft_id)
    except StoryDraft.DoesNotExist:
        raise NotFound from None


def _just_deleted(request: HttpRequest) -> StoryDraft | None:
    try:
        return get_deleted(user=request.user, draft_id=UUID(request.GET.get("deleted", "")))
    except (ValueError, StoryDraft.DoesNotExist):
        return None


def _of_the_house(request: HttpRequest, story_id: UUID) -> str:
    story = get_story(user=request.user, story_id=story_id)
    if story.owner_id is not None or story.published is None:
        raise Story.DoesNotExist
    return story.published.source


def _sent(source: str, name: str) -> HttpResponse:
    response = HttpResponse(source, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response
